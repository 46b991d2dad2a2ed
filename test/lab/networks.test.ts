import { expect, it } from 'vitest';
import type { NetworkView } from '../../src/fabric/engine-port.ts';
import { mergeNetworks } from '../../src/lab/networks.ts';

const view = (name: string, scope: 'local' | 'swarm', subnet: string): NetworkView => ({
  id: `${name}-${subnet}`,
  name,
  driver: scope === 'swarm' ? 'overlay' : 'bridge',
  scope,
  options: {},
  labels: {},
  subnets: [subnet],
});

it('lists a network once, with every node that knows it and every subnet that it has', () => {
  const merged = mergeNetworks([
    { node: 'm1', views: [view('red', 'swarm', '10.64.0.0/24'), view('bridge', 'local', '10.128.0.0/24')] },
    { node: 'w1', views: [view('bridge', 'local', '10.129.0.0/24'), view('red', 'swarm', '10.64.0.0/24')] },
  ]);
  expect(merged.map(({ name, nodes, subnets }) => [name, nodes, subnets])).toEqual([
    ['bridge', ['m1', 'w1'], ['10.128.0.0/24', '10.129.0.0/24']],
    ['red', ['m1', 'w1'], ['10.64.0.0/24']],
  ]);
});

it('keeps apart what only shares a name', () => {
  const merged = mergeNetworks([
    { node: 'm1', views: [view('red', 'swarm', '10.64.0.0/24')] },
    { node: 'w1', views: [view('red', 'local', '10.129.1.0/24')] },
  ]);
  expect(merged).toHaveLength(2);
});
