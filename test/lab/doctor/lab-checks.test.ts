import { expect, it } from 'vitest';
import { labChecks } from '../../../src/lab/doctor/lab-checks.ts';
import type { LabFacts } from '../../../src/lab/doctor/lab-facts.ts';
import { type NodeHealth, parseNodeHealth } from '../../../src/lab/doctor/node-health.ts';
import type { PortResult } from '../../../src/report/documents.ts';

const healthy = (node: string): NodeHealth => ({
  node,
  clockMs: { from: -20, to: 15 },
  disk: { totalMb: 20_000, freeMb: 9000 },
  neighbours: { entries: 30, limit: 1024 },
  firewallRules: { legacy: 0, nft: 35 },
});
const member = (id: string, hostname: string, role: 'manager' | 'worker', state = 'ready') => ({
  ...{ id, hostname, role, state, availability: 'active', address: '192.168.56.11', labels: {} },
});
const open: PortResult = { from: 'm1', to: 'w1', port: 2377, protocol: 'tcp', outcome: 'reached', detail: '' };
const well: LabFacts = {
  lab: 'default',
  nodes: [
    { name: 'm1', role: 'manager', state: 'running', engine: '28.5.1' },
    { name: 'w1', role: 'worker', state: 'running', engine: '28.5.1' },
    { name: 'o1', role: 'outsider', state: 'running', engine: null },
  ],
  wantsSwarm: true,
  memberships: [
    { node: 'm1', state: 'active', nodeId: 'a', error: '' },
    { node: 'w1', state: 'active', nodeId: 'b', error: '' },
  ],
  members: [member('a', 'm1', 'manager'), member('b', 'w1', 'worker')],
  ports: [open],
  health: ['m1', 'w1', 'o1'].map(healthy),
  sharedNeighbours: null,
};

const findings = (changes: Partial<LabFacts>) => labChecks.flatMap(({ look }) => look({ ...well, ...changes }) ?? []);
const unknown = (changes: Partial<LabFacts>) =>
  labChecks.filter(({ look }) => look({ ...well, ...changes }) === null).map(({ id }) => id);

it('finds nothing in a lab that is well, having asked everything', () => {
  expect(findings({})).toEqual([]);
  expect(unknown({})).toEqual([]);
});

const nodes = (index: number, change: Partial<LabFacts['nodes'][number]>) =>
  well.nodes.map((node, at) => (at === index ? { ...node, ...change } : node));
const health = (index: number, change: Partial<NodeHealth>) =>
  well.health.map((one, at) => (at === index ? { ...one, ...change } : one));

it.each<[string, Partial<LabFacts>, string[]]>([
  ['a node is gone', { nodes: nodes(2, { state: 'missing' }) }, ['lab.node-missing blocks']],
  [
    'an engine is down, which the swarm has seen',
    {
      nodes: nodes(1, { state: 'engine-down', engine: null }),
      memberships: well.memberships.slice(0, 1),
      members: [member('a', 'm1', 'manager'), member('b', 'w1', 'worker', 'down')],
    },
    ['lab.engine-down blocks'],
  ],
  [
    'an engine with broken DNS',
    { nodes: well.nodes.map((node) => ({ ...node, engine: '29.1.0' })) },
    ['lab.engine-version blocks', 'lab.engine-version blocks', 'lab.engine-version blocks'],
  ],
  ['engines of two versions', { nodes: nodes(1, { engine: '29.2.0' }) }, ['lab.engines-differ warns']],
  [
    'a member that is down',
    { members: [member('a', 'm1', 'manager'), member('b', 'w1', 'worker', 'down')] },
    ['lab.not-ready blocks'],
  ],
  [
    'a node that left',
    {
      memberships: [well.memberships[0] as never, { node: 'w1', state: 'inactive', nodeId: '', error: '' }],
      members: [member('a', 'm1', 'manager')],
    },
    ['lab.not-in-swarm blocks'],
  ],
  ['a node of another swarm', { members: [member('a', 'm1', 'manager')] }, ['lab.not-in-swarm blocks']],
  [
    'the entry of one that joined anew',
    { members: [...(well.members ?? []), member('old', 'w1', 'worker', 'down')] },
    ['lab.stale-members warns'],
  ],
  ['a swarm that was not asked for', { wantsSwarm: false, memberships: [], members: null }, []],
  [
    'a port that is shut',
    { ports: [open, { ...open, port: 4789, protocol: 'udp', outcome: 'timeout' }] },
    ['lab.ports-shut blocks'],
  ],
  [
    'a clock that stood still',
    { health: health(1, { clockMs: { from: -9000, to: -8900 } }) },
    ['lab.clock-skew warns'],
  ],
  [
    'a disk that is nearly full',
    { health: health(0, { disk: { totalMb: 10_000, freeMb: 900 } }) },
    ['lab.disk-full warns'],
  ],
  ['a disk that is full', { health: health(0, { disk: { totalMb: 10_000, freeMb: 20 } }) }, ['lab.disk-full blocks']],
  [
    'a crowded neighbour table',
    { health: health(1, { neighbours: { entries: 1000, limit: 1024 } }) },
    ['lab.neighbours warns'],
  ],
  ['a crowded machine of namespaces', { sharedNeighbours: { entries: 1024, limit: 1024 } }, ['lab.neighbours warns']],
  ['two firewalls', { health: health(0, { firewallRules: { legacy: 3, nft: 35 } }) }, ['lab.iptables-mixed warns']],
])('%s', (_what, changes, expected) => {
  expect(findings(changes).map(({ code, severity }) => `${code} ${severity}`)).toEqual(expected);
});

it('does not call a clock wrong that may be right: what is measured over a slow connection has wide bounds', () => {
  expect(findings({ health: health(1, { clockMs: { from: -9000, to: -900 } }) })).toEqual([]);
  expect(findings({ health: health(1, { clockMs: { from: 900, to: 9000 } }) })).toEqual([]);
});

it('says nothing of what could not be asked', () => {
  const silent: NodeHealth = { node: 'w1', clockMs: null, disk: null, neighbours: null, firewallRules: null };
  const ports = [{ ...open, outcome: 'not-measured' as const }];
  expect(findings({ health: health(1, silent), members: null, ports })).toEqual([]);
  expect(unknown({ health: health(1, silent), members: null, ports })).toEqual([
    'swarm',
    'ports',
    'clocks',
    'disks',
    'neighbours',
    'firewalls',
  ]);
});

it('has lines to type that name the lab and the node', () => {
  const [finding] = findings({ lab: 'seat-07', health: health(1, { disk: { totalMb: 1, freeMb: 1 } }) });
  expect(finding?.remedy).toBe('swarmlab exec --lab seat-07 w1 docker image prune --force');
  expect(findings({ lab: 'seat-07', nodes: nodes(0, { state: 'missing' }) })[0]?.remedy).toBe(
    'swarmlab up --lab seat-07',
  );
  const [stale] = findings({ members: [...(well.members ?? []), member('old', 'w1', 'worker', 'down')] });
  expect(stale?.remedy).toBe('swarmlab exec m1 docker node rm --force old');
});

it('reads what a node says of itself, and leaves out what it does not say', () => {
  expect(
    parseNodeHealth(
      'disk-total-kb 2048000\ndisk-free-kb 1024000\nneighbours 0x0000001a\nneighbour-limit 1024\nlegacy-rules 0\nnft-rules 35\n',
    ),
  ).toEqual({
    disk: { totalMb: 2000, freeMb: 1000 },
    neighbours: { entries: 26, limit: 1024 },
    firewallRules: { legacy: 0, nft: 35 },
  });
  expect(parseNodeHealth('sh: 1: nonsense\nlegacy-rules 0\n')).toEqual({
    disk: null,
    neighbours: null,
    firewallRules: null,
  });
});
