import { describe, expect, it } from 'vitest';
import { LabError } from '../../src/core/errors.ts';
import type { EngineSeen } from '../../src/diagnose/engines.ts';
import { foretell } from '../../src/diagnose/foretell.ts';
import { machinesToWatch, planLook } from '../../src/diagnose/look.ts';
import { crowdOf, planPair } from '../../src/diagnose/pair.ts';
import { leading, planQuestions } from '../../src/diagnose/questions.ts';
import type { PresentContainer } from '../../src/experiment/running/running.ts';
import { findEnd } from '../../src/experiment/running/select.ts';
import type { ContainerView, EngineInfo, NetworkView } from '../../src/fabric/engine-port.ts';
import { labPlan } from '../experiment/lab-fixture.ts';
import { probe } from './facts-fixture.ts';

const plan = labPlan();

function network(name: string, driver: string, change: Partial<NetworkView> = {}): NetworkView {
  const subnets = change.subnets ?? ['10.9.0.0/24'];
  return { id: `${name}-id`, name, driver, scope: 'local', options: {}, labels: {}, subnets, ...change };
}

const mesh = network('mesh', 'overlay', { id: 'abcdefghijklmnop', scope: 'swarm', subnets: ['10.64.1.0/24'] });
const secret = network('secret', 'overlay', {
  id: 'zyx',
  scope: 'swarm',
  options: { encrypted: '' },
  subnets: ['10.64.2.0/24'],
});
const bridge = network('bridge', 'bridge', { subnets: ['10.101.0.0/24'] });
const lanNet = (node: string) =>
  network('lan-net', 'macvlan', { id: `lan-${node}`, options: { parent: 'eth1' }, subnets: ['192.168.56.0/24'] });
const red = (node: string) =>
  network('red', 'bridge', { id: `red-${node}`, subnets: [`10.10${node === 'm1' ? 1 : 2}.128.0/24`] });

function container(id: string, on: Record<string, string>, view: Partial<ContainerView> = {}): PresentContainer {
  const [node = '', name = ''] = id.split('/');
  const addresses = Object.entries(on).map(([net, ip]) => [net, { ip, mac: `02:42:${ip}`, gateway: '' }]);
  return {
    id,
    node,
    view: {
      id: `id-${name}`,
      name,
      running: true,
      pid: 7,
      sandboxKey: `/netns/${name}`,
      networkMode: Object.keys(on)[0] ?? 'none',
      hostsPath: '',
      resolvConfPath: '',
      labels: {},
      addresses: Object.fromEntries(addresses),
      published: [],
      ...view,
    },
  };
}

const info = { version: '20.10.24', swarm: { state: 'active', nodeId: 'n', nodeAddress: '' } } as EngineInfo;
function engine(node: string, networks: readonly NetworkView[], containers: readonly PresentContainer[]): EngineSeen {
  return { node, state: 'answers', info, networks, containers, members: null };
}

const present = {
  m1: [
    container('m1/c1', { docker_gwbridge: '10.101.1.2', mesh: '10.64.1.2' }),
    container('m1/s1', { secret: '10.64.2.2' }),
    container('m1/v1', { 'lan-net': '192.168.56.33' }),
    container('m1/r1', { red: '10.101.128.2' }),
    container('m1/r2', { red: '10.101.128.3' }),
    container('m1/h1', {}, { networkMode: 'host' }),
    container('m1/b1', { bridge: '10.101.0.2' }),
    container('m1/b2', { bridge: '10.101.0.3' }),
    container('m1/n1', {}),
  ],
  w1: [
    container('w1/c2', { mesh: '10.64.1.4' }),
    container('w1/s2', { secret: '10.64.2.4' }),
    container('w1/v2', { 'lan-net': '192.168.56.65' }),
    container('w1/r3', { red: '10.102.128.2' }, { published: ['0.0.0.0:8080->80/tcp', '0.0.0.0:53->53/udp'] }),
    container('w1/off', {}, { running: false, networkMode: 'mesh' }),
  ],
};
const networksOn = (node: string) => [bridge, mesh, secret, lanNet(node), red(node)];
const seen = new Map(
  Object.entries(present).map(([node, containers]) => [node, engine(node, networksOn(node), containers)]),
);
const everybody = [...seen.values()].flatMap(({ containers }) => containers);
const end = (text: string) => findEnd(text, everybody, plan);
const pairOf = (from: string, to: string) => planPair(end(from), end(to), seen, plan);

describe('how the packets should go', () => {
  it.each([
    ['c1', 'c2', 'overlay', '10.64.1.2', '10.64.1.4'],
    ['s1', 's2', 'overlay', '10.64.2.2', '10.64.2.4'],
    ['c1', 'c1', 'own', '10.64.1.2', '10.64.1.2'],
    ['r1', 'r2', 'bridge', '10.101.128.2', '10.101.128.3'],
    ['r1', 'r3', 'routed', '10.101.128.2', '10.102.128.2'],
    ['v1', 'v2', 'parent', '192.168.56.33', '192.168.56.65'],
    ['v1', 'node:w1', 'parent', '192.168.56.33', '192.168.56.12'],
    ['lan', 'v1', 'parent', '192.168.56.20', '192.168.56.33'],
    ['v1', 'world', 'routed', '192.168.56.33', '203.0.113.10'],
    ['c1', 'node:w1', 'routed', '10.64.1.2', '192.168.56.12'],
    ['node:m1', 'node:w1', 'machines', '192.168.56.11', '192.168.56.12'],
    ['h1', 'node:w1', 'machines', '192.168.56.11', '192.168.56.12'],
    ['h1', 'node:m1', 'own', '192.168.56.11', '192.168.56.11'],
    ['node:m1', 'r1', 'bridge', '192.168.56.11', '10.101.128.2'],
    ['n1', 'r1', 'routed', null, '10.101.128.2'],
  ])('from %s to %s: %s', (from, to, kind, source, target) => {
    const pair = pairOf(from, to);
    expect([pair.way.kind, pair.from.address, pair.to.address]).toEqual([kind, source, target]);
  });

  it('knows an encrypted overlay, and who else is on the network', () => {
    expect(pairOf('s1', 's2').way).toEqual({ kind: 'overlay', network: 'secret', encrypted: true });
    expect(crowdOf(pairOf('c1', 'c2'), seen).map(({ id }) => id)).toEqual(['m1/c1', 'w1/c2']);
    expect(crowdOf(pairOf('r1', 'r2'), seen).map(({ id }) => id)).toEqual(['m1/r1', 'm1/r2']);
    expect(crowdOf(pairOf('r1', 'r3'), seen)).toEqual([]);
  });
});

const nobody = { by: null, protocol: null, port: null };
const questions = (from: string, to: string, choice = {}) =>
  planQuestions(end(from), end(to), pairOf(from, to), { ...nobody, ...choice });

describe('what is asked', () => {
  it('is the name where there are names, the address otherwise, by all protocols', () => {
    expect(questions('c1', 'c2').asked.map(({ aim, protocol }) => [aim, protocol])).toEqual(
      ['icmp', 'tcp', 'udp'].map((protocol) => [{ by: 'name', name: 'c2' }, protocol]),
    );
    expect(questions('c1', 'c2').beside.map(({ aim, to }) => [aim, to])).toEqual([
      [{ by: 'ip', address: '10.64.1.4' }, 'w1/c2'],
      [{ by: 'name', name: 'c1' }, 'm1/c1'],
    ]);
    for (const [from, to] of [
      ['b1', 'b2'],
      ['v1', 'v2'],
      ['c1', 'world'],
    ] as const) {
      expect(questions(from, to)).toMatchObject({ by: 'ip', beside: [] });
    }
  });

  it('is TCP where a port is named, and what is published at its port of the node', () => {
    expect(questions('r1', 'r2', { port: 80 }).asked).toMatchObject([{ protocol: 'tcp', port: 80 }]);
    const published = questions('lan', 'r3', { by: 'published', port: 8080 });
    expect(published.asked).toMatchObject([
      { aim: { by: 'ip', address: '192.168.56.12' }, protocol: 'tcp', port: 8080 },
    ]);
    expect(questions('lan', 'r3', { by: 'published', protocol: 'udp' }).asked).toMatchObject([
      { protocol: 'udp', port: 53 },
    ]);
    expect(questions('c1', 'off', { by: 'published', port: 80 }).asked).toMatchObject([{ port: 80 }]);
  });

  it.each([
    ['r1', { by: 'published' }],
    ['r3', { by: 'published', port: 9 }],
    ['node:w1', { by: 'published' }],
  ])('is refused of %s with %j', (to, choice) => {
    expect(() => questions('lan', to, choice)).toThrow(LabError);
  });

  it('leads with what did not arrive', () => {
    const probes = [probe('reached'), probe('timeout', { protocol: 'tcp' }), probe('timeout', { protocol: 'udp' })];
    expect(leading(probes).map(({ protocol }) => protocol)).toEqual(['tcp', 'icmp', 'udp']);
    expect(leading([probe('reached')])).toHaveLength(1);
  });
});

describe('what the model says of what stands', () => {
  const policies = new Map([
    ['m1', 'DROP'],
    ['w1', 'DROP'],
  ]);
  const told = (from: string, to: string, by: 'ip' | 'name' = 'ip') => {
    const { targetNetwork } = pairOf(from, to);
    const asked = {
      by,
      network: by === 'ip' ? targetNetwork : null,
      name: null,
      protocol: 'icmp',
      port: null,
    } as const;
    const prediction = foretell(plan, seen, policies, { from: end(from), to: end(to) }, asked);
    return prediction === null ? null : `${prediction.expected} ${prediction.rule.id}`;
  };

  it.each([
    ['v1', 'node:m1', 'ip', 'not-reached macvlan.own-host'],
    ['b1', 'b2', 'name', 'no-name bridge.default.no-dns'],
    ['lan', 'r1', 'ip', 'not-reached bridge.forward-drop'],
    ['n1', 'r1', 'ip', 'not-reached none.nothing'],
    ['v1', 'v2', 'name', 'no-name macvlan.names-stay-on-the-node'],
  ] as const)('%s to %s by %s: %s', (from, to, by, expected) => {
    expect(told(from, to, by)).toBe(expected);
  });

  it('is that healthy pairs are reached', () => {
    for (const [from, to] of [
      ['c1', 'c2'],
      ['v1', 'v2'],
      ['r1', 'r2'],
      ['c1', 'world'],
    ] as const) {
      expect(told(from, to)).toMatch(/^reached /);
    }
  });

  it('is nothing where an engine does not answer', () => {
    const silent = new Map([...seen, ['w1', { ...engine('w1', [], []), state: 'paused' as const }]]);
    const asked = { by: 'ip', network: null, name: null, protocol: 'icmp', port: null } as const;
    expect(foretell(plan, silent, policies, { from: end('r1'), to: end('r2') }, asked)).toBeNull();
  });
});

describe('what a witness is told to do', () => {
  const pair = pairOf('c1', 'c2');
  const watched = machinesToWatch(pair, plan);
  const lookOf = (name: string) => {
    const machine = watched.find(({ machine }) => machine === name);
    if (machine === undefined) throw new Error(name);
    return planLook(machine, watched, pair, { from: '/netns/c1', to: '/netns/c2' }, crowdOf(pair, seen), plan);
  };

  it('is for the two machines and others, not for the world', () => {
    expect(watched.map(({ machine }) => machine)).toEqual(['m1', 'w1', 'w2', 'o1']);
    expect(machinesToWatch(pairOf('c1', 'world'), plan).map(({ machine }) => machine)).toContain('world');
  });

  it('has ids of its own for each question, and the inside of the asker on its machine alone', () => {
    const ids = lookOf('m1').asks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('inside 84');
    expect(lookOf('w1').asks.map(({ id }) => id)).not.toContain('inside 84');
    expect(lookOf('w2').asks.every(({ kind, path }) => kind === 'ping' && path === null)).toBe(true);
    expect(lookOf('m1').overlays).toEqual([{ id: 'way', path: '/var/run/docker/netns/1-abcdefghij' }]);
    expect(lookOf('w2').overlays).toEqual([]);
  });

  it('is bounded: some hundreds of packets in a second', () => {
    for (const name of ['m1', 'w1', 'w2', 'o1']) {
      const { asks } = lookOf(name);
      expect(asks.reduce((sum, { count }) => sum + count, 0)).toBeLessThan(300);
      expect(Math.max(...asks.map(({ count, intervalMs, delayMs }) => count * intervalMs + delayMs))).toBeLessThan(600);
    }
  });
});
