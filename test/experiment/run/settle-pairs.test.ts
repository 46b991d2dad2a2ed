import { expect, it } from 'vitest';
import type { ActorState, ServiceState } from '../../../src/experiment/build/scene.ts';
import { meshAsks, pairsOn } from '../../../src/experiment/run/settle-pairs.ts';

function actor(name: string, node: string, of: { running?: boolean; network?: string } = {}): ActorState {
  const { running = true, network = 'wide' } = of;
  const view = {
    id: name,
    name,
    running,
    pid: 1,
    sandboxKey: '',
    networkMode: network,
    hostsPath: '',
    resolvConfPath: '',
    labels: {},
    addresses: { [network]: { ip: '10.0.0.2', mac: '', prefixLength: 24, gateway: '', endpointId: '' } },
  } as unknown as NonNullable<ActorState['view']>;
  return { name, node, view, meantToBeDown: false, addresses: {} };
}

const said = (actors: readonly ActorState[]) =>
  pairsOn(actors, 'wide').map(({ from, to }) => `${from.name}>${to.name}`);
const many = (count: number) => Array.from({ length: count }, (_, at) => actor(`c${at}`, `n${at % 3}`));

it('asks each end for all on other nodes, and no end of another network or that does not run', () => {
  const others = [actor('gone', 'n2', { running: false }), actor('red', 'n2', { network: 'red' })];
  expect(said([actor('a', 'n0'), actor('b', 'n0'), actor('c', 'n1'), ...others])).toEqual(['a>c', 'b>c', 'c>a', 'c>b']);
});

it('asks all pairs of some', () => {
  expect(said(many(45))).toHaveLength(45 * 30);
});

it('lets one end of each node ask for all, where they are many', () => {
  const pairs = pairsOn(many(300), 'wide');
  expect(pairs).toHaveLength(3 * 200);
  for (const node of ['n0', 'n1', 'n2']) {
    const asked = pairs.filter(({ from }) => from.node === node);
    expect(new Set(asked.map(({ from }) => from.name)).size).toBe(1);
    expect(new Set(asked.map(({ to }) => to.name)).size).toBe(200);
    expect(asked.every(({ to }) => to.node !== node)).toBe(true);
  }
});

const nodes = ['m1', 'w1', 'w2'].map((name, at) => ({ name, address: `192.168.56.1${at + 1}` }));

function service(mode: 'ingress' | 'host', tasks: readonly ActorState[]): ServiceState {
  const publish = [{ port: 80, hostPort: 8100, protocol: 'tcp', mode }];
  return {
    definition: { name: 'mesh', publish },
    tasks,
    taskViews: [],
    virtualAddresses: {},
  } as unknown as ServiceState;
}

it('asks every node for a port of the routing mesh, by another node', () => {
  const asks = meshAsks([service('ingress', [actor('mesh.1', 'w2')])], nodes);
  expect(asks.map(({ from, node, hostPort, protocol }) => [from, node.name, hostPort, protocol])).toEqual([
    ['w1', 'm1', 8100, 'tcp'],
    ['w2', 'w1', 8100, 'tcp'],
    ['m1', 'w2', 8100, 'tcp'],
  ]);
});

it("asks nobody where nothing runs, where the port is the task's alone, and where there is one node", () => {
  const tasks = [actor('mesh.1', 'w2')];
  expect(meshAsks([service('ingress', [])], nodes)).toEqual([]);
  expect(meshAsks([service('host', tasks)], nodes)).toEqual([]);
  expect(meshAsks([service('ingress', tasks)], nodes.slice(0, 1))).toEqual([]);
});
