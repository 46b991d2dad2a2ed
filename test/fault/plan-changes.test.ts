import { describe, expect, it } from 'vitest';
import type { FaultContainer, FaultFacts } from '../../src/fault/facts.ts';
import { planChanges } from '../../src/fault/plan-changes.ts';
import type { Change, Fault } from '../../src/fault/types.ts';
import { labPlan } from '../experiment/lab-fixture.ts';

const plan = labPlan();
const names = plan.nodes.map(({ name }) => name);

function container(id: string, network: string, driver: string): FaultContainer {
  const [node = ''] = id.split('/');
  const place = { namespace: `/run/docker/netns/${id.replace('/', '-')}`, prefixLength: 24, device: 'eth0' };
  return { id, node, network, driver, address: id === 'm1/a' ? '192.168.56.40' : '192.168.56.70', ...place };
}

const containers = [
  container('m1/a', 'lan', 'macvlan'),
  container('w1/b', 'lan', 'macvlan'),
  container('w1/c', 'mesh', 'overlay'),
  container('m1/d', 'red', 'bridge'),
  container('w1/e', 'red', 'bridge'),
];

const facts: FaultFacts = {
  plan,
  interfaces: new Map(names.map((name) => [name, 'eth1'])),
  ports: new Map(names.map((name, index) => [name, `port10${index}`])),
  routes: new Map([['w1', ['default via 192.168.56.254', '10.101.0.0/16 via 192.168.56.11']]]),
  running: new Map([['w1', ['abc']]]),
  attached: new Map([['w1', [{ container: 'abc', network: 'mesh', address: '10.0.1.4', aliases: [] }]]]),
  containers: new Map(containers.map((each) => [each.id, each])),
  announcer: 'ANNOUNCER',
};
const withoutPorts: FaultFacts = { ...facts, ports: new Map() };

type Commands = Extract<Change, { kind: 'commands' }>;

function commandsOf(fault: Fault, given = facts): readonly Commands[] {
  return planChanges('f3', fault, given).map((change) => {
    if (change.kind !== 'commands') throw new Error(`a change of kind ${change.kind}`);
    return change;
  });
}

const text = (lines: Commands['apply']) => lines.map(({ argv }) => argv.join(' '));

const faults: readonly Fault[] = [
  { kind: 'block', node: 'w1', protocol: 'udp', port: 4789, from: [], direction: 'both' },
  { kind: 'block', node: 'w1', protocol: 'icmp', port: null, from: ['m1'], direction: 'out' },
  { kind: 'partition', left: ['m1'], right: ['w1', 'w2'] },
  { kind: 'drop', percent: 30, node: 'w1', from: ['m1'] },
  { kind: 'delay', delayMs: 100, node: 'w1' },
  { kind: 'mtu', bytes: 1300, node: 'w1' },
  { kind: 'filter-macs', nodes: [] },
  { kind: 'no-dns', at: { kind: 'node', node: 'w1' } },
  { kind: 'no-dns', at: { kind: 'container', container: 'w1/c' } },
  { kind: 'link-down', node: 'w1' },
  { kind: 'duplicate-address', first: 'm1/a', second: 'w1/b' },
];

describe('what a fault changes', () => {
  it.each(faults)('$kind: whatever is done has its undoing, which may be done twice', (fault) => {
    for (const given of [facts, withoutPorts]) {
      for (const { apply, undo, holds } of commandsOf(fault, given)) {
        expect(undo.length).toBeGreaterThan(0);
        // Nothing but what cannot fail may be told to fail: the link goes up, whatever it was.
        for (const line of undo) expect(line.mayFail === true || line.argv.includes('up')).toBe(true);
        if (apply.some(({ mayFail }) => mayFail !== true)) expect(holds).not.toBeNull();
      }
    }
  });

  it('block: a chain of its own at the top, for the port itself and for a published one that was translated', () => {
    const fault = { kind: 'block', node: 'w1', protocol: 'tcp', port: 8080, from: ['m1'], direction: 'in' } as const;
    const [change] = commandsOf(fault);
    expect(change?.at).toEqual({ place: 'node', node: 'w1' });
    expect(text(change?.apply ?? [])).toEqual([
      'iptables -w 5 -N SWARMLAB-FAULT-f3',
      'iptables -w 5 -A SWARMLAB-FAULT-f3 -i eth1 -p tcp -s 192.168.56.11 --dport 8080 -m comment --comment swarmlab fault f3 -j DROP',
      'iptables -w 5 -A SWARMLAB-FAULT-f3 -i eth1 -p tcp -s 192.168.56.11 -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -m comment --comment swarmlab fault f3 -j DROP',
      'iptables -w 5 -I INPUT 1 -j SWARMLAB-FAULT-f3',
      'iptables -w 5 -I OUTPUT 1 -j SWARMLAB-FAULT-f3',
      'iptables -w 5 -I FORWARD 1 -j SWARMLAB-FAULT-f3',
      'conntrack -D -p tcp --dport 8080',
    ]);
  });

  it.each([
    ['in', ['-i']],
    ['out', ['-o']],
    ['both', ['-i', '-o']],
  ] as const)('block %s drops by %j', (direction, options) => {
    const [change] = commandsOf({ kind: 'block', node: 'w1', protocol: 'esp', port: null, from: [], direction });
    const rules = (change?.apply ?? []).map(({ argv }) => argv).filter((argv) => argv.includes('DROP'));
    expect(rules.map((argv) => argv.find((word) => word === '-i' || word === '-o'))).toEqual([...options]);
  });

  it("stands at the segment's end of the cable where that is in reach, else at the node's own, the other way round", () => {
    const fault: Fault = { kind: 'drop', percent: 30, node: 'w1', from: [] };
    const hooks = (given: FaultFacts) =>
      commandsOf(fault, given).map(({ at, apply }) => [at.place, ...(apply[1]?.argv.slice(4, 6) ?? [])]);
    expect(hooks(facts)).toEqual([
      ['port', 'port101', 'egress'],
      ['port', 'port101', 'ingress'],
    ]);
    expect(hooks(withoutPorts)).toEqual([
      ['node', 'eth1', 'ingress'],
      ['node', 'eth1', 'egress'],
    ]);
  });

  it('partition: each node of one side drops what comes from each of the other', () => {
    const changes = commandsOf({ kind: 'partition', left: ['m1'], right: ['w1', 'w2'] });
    expect(changes.map(({ at }) => at.node)).toEqual(['m1', 'w1', 'w2']);
  });

  it('link-down: the routes that go with the link are put back behind it', () => {
    const [change] = commandsOf({ kind: 'link-down', node: 'w1' });
    expect(text(change?.undo ?? [])).toEqual([
      'ip link set dev eth1 up',
      'ip route replace default via 192.168.56.254 dev eth1',
      'ip route replace 10.101.0.0/16 via 192.168.56.11 dev eth1',
    ]);
  });

  it('duplicate-address: taken back, the network is told last whose the address is', () => {
    const changes = commandsOf({ kind: 'duplicate-address', first: 'm1/a', second: 'w1/b' });
    const undone = changes.toReversed().flatMap(({ at, undo }) => text(undo).map((line) => [at.node, line]));
    expect(undone).toEqual([
      ['w1', 'nsenter --net=/run/docker/netns/w1-b ip address del 192.168.56.40/24 dev eth0'],
      ['m1', 'nsenter --net=/run/docker/netns/m1-a python3 -c ANNOUNCER 192.168.56.40 eth0'],
    ]);
  });

  it.each([
    ['m1/a', 'w1/c'],
    ['w1/c', 'w1/c'],
    ['m1/d', 'w1/e'],
  ])('duplicate-address %s %s: refused, since nobody asks both of them', (first, second) => {
    expect(() => commandsOf({ kind: 'duplicate-address', first, second })).toThrow(/do not ask each other by ARP/);
  });

  it.each([
    [
      { kind: 'engine', action: 'kill', node: 'w1' },
      { kind: 'engine', node: 'w1', action: 'kill', containers: ['abc'] },
    ],
    [
      { kind: 'neighbour-table', entries: 900 },
      { kind: 'neighbours', entries: 900 },
    ],
    [
      { kind: 'wrong-advertise', node: 'w1' },
      {
        ...{ kind: 'membership', node: 'w1', address: '10.0.2.15' },
        attached: [{ container: 'abc', network: 'mesh', address: '10.0.1.4', aliases: [] }],
      },
    ],
    [
      { kind: 'clock', skewMs: 60_000, node: 'w1' },
      { kind: 'clock', node: 'w1', skewMs: 60_000 },
    ],
  ] as const)('%j is %j', (fault, change) => {
    expect(planChanges('f3', fault, facts)).toEqual([change]);
  });
});
