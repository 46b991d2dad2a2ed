import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overrideConfig } from '../../src/config/overrides.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { LabError } from '../../src/core/errors.ts';
import { nodeSubnet, overlaySubnet } from '../../src/plan/experiment-addresses.ts';
import {
  contains,
  isHostAddress,
  lastAddress,
  overlaps,
  parseAddress,
  parseSubnet,
  type Subnet,
} from '../../src/plan/ipv4.ts';
import { engineNodes, planLab } from '../../src/plan/plan-lab.ts';
import type { LabPlan } from '../../src/plan/types.ts';

const planOf = (yaml: string) => planLab(parseConfig(yaml, 'f.yaml'));

function problemsOf(yaml: string): string[] {
  try {
    planOf(yaml);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return error.problems.map(({ code, line, path }) => `${code} ${line} ${path}`);
  }
  return [];
}

describe('the plan of a default lab', () => {
  const plan = planOf('');

  it('has a manager, two workers and an outsider', () => {
    expect(plan.nodes.map(({ name, role, address }) => [name, role, address])).toEqual([
      ['m1', 'manager', '192.168.56.11'],
      ['w1', 'worker', '192.168.56.12'],
      ['w2', 'worker', '192.168.56.13'],
      ['o1', 'outsider', '192.168.56.14'],
    ]);
  });

  it('gives each engine addresses of its own, and the outsider none', () => {
    expect(plan.nodes[1]).toMatchObject({
      containerPool: {
        subnet: '10.129.0.0/16',
        defaultBridge: '10.129.0.1/24',
        automatic: { base: '10.129.128.0/17', prefixLength: 24 },
      },
      segmentRange: '192.168.56.160/27',
    });
    expect(plan.nodes[3]).toMatchObject({ containerPool: null, segmentRange: null });
  });

  it('has the documented ranges', () => {
    expect(plan).toMatchObject({
      lab: 'default',
      provider: 'netns',
      segment: { subnet: '192.168.56.0/24', prefixLength: 24, gateway: '192.168.56.254' },
      world: { name: 'world', address: '203.0.113.10', subnet: '203.0.113.0/24', gateway: '203.0.113.1' },
      swarm: { addressPool: '10.64.0.0/12', dataPathPort: 4789 },
      timeoutMs: 600_000,
    });
  });

  it('gives experiments subnets by number', () => {
    const [, second] = engineNodes(plan);
    if (second === undefined) throw new Error('no second engine');
    expect(nodeSubnet(second, 1)).toEqual({ subnet: '10.129.1.0/24', gateway: '10.129.1.1' });
    expect(nodeSubnet(second, 126)).toEqual({ subnet: '10.129.126.0/24', gateway: '10.129.126.1' });
    expect(overlaySubnet(plan, 1)).toEqual({ subnet: '10.79.255.0/24', gateway: '10.79.255.1' });
    expect(overlaySubnet(plan, 2).subnet).toBe('10.79.254.0/24');
    expect(() => nodeSubnet(second, 127)).toThrow(RangeError);
    expect(() => nodeSubnet(second, 0)).toThrow(RangeError);
    expect(() => overlaySubnet(plan, 0)).toThrow(RangeError);
  });
});

describe('a listed lab', () => {
  it('keeps names and addresses, and fills in around them', () => {
    const plan = planOf(
      'nodes:\n  - {role: worker}\n  - {name: w1, role: worker, address: 192.168.56.11}\n  - {role: manager}\n  - {name: edge, role: outsider}\n',
    );
    expect(plan.nodes.map(({ name, address }) => `${name} ${address}`)).toEqual([
      'm1 192.168.56.12',
      'w2 192.168.56.13',
      'w1 192.168.56.11',
      'edge 192.168.56.14',
    ]);
  });
});

describe('what cannot be', () => {
  it.each([
    ['two managers', 'nodes:\n  managers: 2\n', ['plan.even-managers 2 nodes.managers']],
    ['no manager', 'nodes:\n  - {role: worker}\n', ['plan.no-manager 1 nodes']],
    [
      'one name twice',
      'nodes:\n  - {name: a, role: manager}\n  - {name: a, role: worker}\n',
      ['plan.duplicate-name 3 nodes[1].name'],
    ],
    [
      'one address twice',
      'nodes:\n  - {role: manager, address: 192.168.56.9}\n  - {role: worker, address: 192.168.56.9}\n',
      ['plan.duplicate-address 3 nodes[1].address'],
    ],
    [
      'the gateway’s address',
      'nodes:\n  - {role: manager, address: 192.168.56.254}\n',
      ['plan.duplicate-address 2 nodes[0].address'],
    ],
    [
      'an address outside',
      'nodes:\n  - {role: manager, address: 192.168.57.9}\n',
      ['plan.address-outside 2 nodes[0].address'],
    ],
    [
      'the network’s address',
      'nodes:\n  - {role: manager, address: 192.168.56.0}\n',
      ['plan.reserved-address 2 nodes[0].address'],
    ],
    ['the broadcast address', 'segment: {gateway: 192.168.56.255}\n', ['plan.reserved-address 1 segment.gateway']],
    [
      'a gateway outside',
      'segment: {subnet: 10.0.0.0/24, gateway: 10.0.1.1}\n',
      ['plan.address-outside 1 segment.gateway'],
    ],
    ['host bits', 'segment: {subnet: 10.0.0.5/24}\n', ['plan.host-bits 1 segment.subnet']],
    ['a segment in the container pool', 'segment: {subnet: 10.130.5.0/24}\n', ['plan.overlap 1 segment.subnet']],
    ['pools over each other', 'containers: {pool: 10.0.0.0/8}\n', ['plan.overlap 1 containers.pool']],
    ['loopback', 'segment: {subnet: 127.0.0.0/24}\n', ['plan.unusable-subnet 1 segment.subnet']],
    [
      'a tiny segment',
      'segment: {subnet: 10.0.0.0/30}\n',
      ['plan.subnet-too-small 1 segment.subnet', 'plan.segment-too-small 1 segment.subnet'],
    ],
    ['too many engines for a /24', 'nodes:\n  workers: 40\n', ['plan.segment-too-small 1 nodes']],
    [
      'more than sixty',
      'segment: {subnet: 10.0.0.0/20}\nnodes:\n  workers: 59\n  outsiders: 3\n',
      ['plan.too-many-nodes 2 nodes'],
    ],
    ['a small container pool', 'containers:\n  pool: 10.128.0.0/15\n', ['plan.pool-too-small 2 containers.pool']],
    ['the gossip port', 'swarm: {dataPathPort: 7946}\n', ['plan.port-taken 1 swarm.dataPathPort']],
    ['the world on its gateway', 'world: {address: 203.0.113.1}\n', ['plan.duplicate-address 1 world.address']],
    [
      'shape and sense at once',
      'labb: a\nnodes:\n  managers: 4\nsegment: {gateway: 10.0.0.1}\n',
      ['config.unknown-key 1 labb', 'plan.even-managers 3 nodes.managers', 'plan.address-outside 4 segment.gateway'],
    ],
    [
      'nothing that only follows from a wrong value',
      'segment: {subnet: oops}\nnodes: [{role: manager, address: 10.0.0.1}]\n',
      ['config.wrong-value 1 segment.subnet'],
    ],
  ])('%s', (_what, yaml, problems) => {
    expect(problemsOf(yaml).map((line) => line.replace('undefined ', '1 '))).toEqual(problems);
  });

  it('says which option did it, where an option did', () => {
    const config = overrideConfig(parseConfig('nodes:\n  managers: 3\n', 'f.yaml'), { managers: '2' });
    expect(() => planLab(config)).toThrow(
      expect.objectContaining({
        exitStatus: 2,
        problems: [expect.objectContaining({ code: 'plan.even-managers', path: '--managers' })],
      }),
    );
  });
});

const anySegment = fc
  .record({ network: fc.integer({ min: 0, max: 2 ** 16 - 1 }), prefixLength: fc.integer({ min: 20, max: 26 }) })
  .map(({ network, prefixLength }) => {
    const size = 2 ** (32 - prefixLength);
    const base = (172 * 2 ** 24 + 16 * 2 ** 16 + network * 16) % 2 ** 32;
    const start = base - (base % size);
    return `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join('.')}/${prefixLength}`;
  });

const anyConfig = fc
  .record({
    lab: fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/),
    managers: fc.constantFrom(1, 3, 5, 7),
    workers: fc.integer({ min: 0, max: 45 }),
    outsiders: fc.integer({ min: 0, max: 8 }),
    subnet: anySegment,
  })
  .map(({ lab, managers, workers, outsiders, subnet }) =>
    resolveConfig({ lab, nodes: { managers, workers, outsiders }, segment: { subnet } }),
  );

/** The plan, or null where the config was refused for lack of room: the only reason that these configs can give. */
function planOrNoRoom(config: ReturnType<typeof resolveConfig>): LabPlan | null {
  try {
    return planLab(config);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    expect(error.problems.map(({ code }) => code)).toEqual(['plan.segment-too-small']);
    return null;
  }
}

describe('any plan', () => {
  it('has no overlaps, and every address where it belongs', () => {
    let planned = 0;
    fc.assert(
      fc.property(anyConfig, (config) => {
        const plan = planOrNoRoom(config);
        if (plan === null) return;
        planned += 1;
        const segment = parseSubnet(plan.segment.subnet);
        const addresses = [plan.segment.gateway, ...plan.nodes.map(({ address }) => address)].map(parseAddress);
        expect(new Set(addresses).size).toBe(addresses.length);
        for (const address of addresses) expect(isHostAddress(segment, address)).toBe(true);
        expect(new Set(plan.nodes.map(({ mac }) => mac)).size).toBe(plan.nodes.length);
        expect(new Set(plan.nodes.map(({ name }) => name)).size).toBe(plan.nodes.length);

        const ranges = engineNodes(plan).map(({ segmentRange }) => parseSubnet(segmentRange));
        for (const range of ranges) {
          expect(range.size).toBeGreaterThanOrEqual(4);
          expect(contains(segment, range.base) && contains(segment, lastAddress(range))).toBe(true);
          expect(range.base).toBeGreaterThanOrEqual(segment.base + segment.size / 2);
          for (const address of [...addresses, lastAddress(segment)]) expect(contains(range, address)).toBe(false);
        }
        expectDisjoint(ranges);
        expectDisjoint([
          segment,
          parseSubnet(plan.world.subnet),
          parseSubnet(plan.swarm.addressPool),
          ...engineNodes(plan).map(({ containerPool }) => parseSubnet(containerPool.subnet)),
        ]);
      }),
      { numRuns: 150 },
    );
    expect(planned).toBeGreaterThan(50);
  });

  it('is the same every time', () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        expect(planOrNoRoom(config)).toEqual(planOrNoRoom(structuredClone(config)));
      }),
      { numRuns: 20 },
    );
  });

  it('has MACs that are unicast and locally administered', () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        for (const { mac } of planOrNoRoom(config)?.nodes ?? []) {
          expect(mac).toMatch(/^02(:[0-9a-f]{2}){5}$/);
          expect(mac.startsWith('02:42')).toBe(false);
        }
      }),
      { numRuns: 50 },
    );
  });
});

function expectDisjoint(subnets: readonly Subnet[]): void {
  const sorted = subnets.toSorted((a, b) => a.base - b.base);
  sorted.slice(1).forEach((subnet, index) => {
    const before = sorted[index];
    if (before !== undefined) expect(overlaps(before, subnet)).toBe(false);
  });
}

it('tells what is wrong with each listed node at once, also where another one is wrong itself', () => {
  const text = `nodes:
  - {name: a, role: manager, address: 192.168.56.300}
  - {name: a, role: worker}
  - {name: b, role: worker, address: 10.0.0.1}
  - {name: B, role: manager}
  - {name: c, role: worker, address: 192.168.56.40}
  - {name: d, role: outsider, address: 192.168.56.40}
`;
  expect(problemsOf(text)).toEqual([
    'plan.even-managers 1 nodes',
    'config.wrong-value 2 nodes[0].address',
    'plan.duplicate-name 3 nodes[1].name',
    'plan.address-outside 4 nodes[2].address',
    'config.wrong-value 5 nodes[3].name',
    'plan.duplicate-address 7 nodes[5].address',
  ]);
});

it.each([
  ['an unknown role', '{name: b, role: boss}', 'config.wrong-value 1 nodes[1].role'],
  ['no role', '{name: b}', 'config.missing-key 1 nodes[1].role'],
  ['no node', 'b', 'config.wrong-type 1 nodes[1]'],
])('counts no roles where a listed node has %s', (_what, node, expected) => {
  expect(problemsOf(`nodes: [{role: manager}, ${node}, {role: manager}]\n`)).toEqual([expected]);
});
