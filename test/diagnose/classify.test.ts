import { describe, expect, it } from 'vitest';
import { classify } from '../../src/diagnose/classify.ts';
import type { Facts } from '../../src/diagnose/facts.ts';
import { end, machine, overlayFacts, pings, ports, probe, row, rule, withMachine } from './facts-fixture.ts';

const timeout = [probe('timeout'), probe('timeout', { by: 'ip' })];
const ownEngine = (node: string, change: Partial<Facts['engines'][number]>): Pick<Facts, 'engines'> => ({
  engines: overlayFacts().engines.map((engine) => (engine.node === node ? { ...engine, ...change } : engine)),
});

const vxlanShut = (protocol: string, number: number) => (protocol === 'udp' && number === 4789 ? 'timeout' : 'reached');
const macvlan = (change: Partial<Facts> = {}): Facts =>
  overlayFacts({
    from: end('m1/v1', '192.168.56.65', '02:42:c0:a8:38:41'),
    to: end('w1/v2', '192.168.56.81', '02:42:c0:a8:38:51'),
    way: { kind: 'parent', driver: 'macvlan', network: 'mac', parent: 'eth0' },
    asked: { by: 'ip', protocol: 'icmp', port: null, target: '192.168.56.81' },
    probes: [probe('timeout', { by: 'ip' })],
    ...change,
  });
const nodes = (change: Partial<Facts> = {}): Facts =>
  overlayFacts({
    from: { ...end('m1/', '192.168.56.11', ''), id: 'node:m1', kind: 'machine', name: 'm1', mac: null },
    to: { ...end('w1/', '192.168.56.12', ''), id: 'node:w1', kind: 'machine', name: 'w1', mac: null },
    way: { kind: 'machines' },
    asked: { by: 'ip', protocol: 'icmp', port: null, target: '192.168.56.12' },
    probes: [probe('reached', { by: 'ip', target: '192.168.56.12' })],
    ...change,
  });
const request = {
  kind: 'arp-request',
  protocol: null,
  port: null,
  fromMac: '02:42:c0:a8:38:41',
  from: '192.168.56.65',
  to: '192.168.56.81',
} as const;
const backRequest = { ...request, fromMac: '02:42:c0:a8:38:51', from: '192.168.56.81', to: '192.168.56.65' } as const;
const echo = { protocol: 'icmp', port: null, from: '192.168.56.65', to: '192.168.56.81' } as const;
const bridged = (change: Partial<Facts> = {}): Facts =>
  overlayFacts({
    to: { ...end('m1/b2', '172.18.0.3', '02:42:ac:12:00:03') },
    from: end('m1/b1', '172.18.0.2', '02:42:ac:12:00:02'),
    way: { kind: 'bridge', network: 'front' },
    ports: null,
    pings: [],
    ...change,
  });

/** Facts, then `id node confidence`. */
const cases: Readonly<Record<string, readonly [Facts, string]>> = {
  'nothing is wrong': [overlayFacts(), 'reached - certain'],
  '4789/udp is shut at w1, whose rule counted': [
    withMachine(overlayFacts({ probes: timeout, ports: ports(vxlanShut) }), 'w1', {
      counted: [rule('-p udp --dport 4789')],
      packets: [row({ out: false })],
    }),
    'overlay.data-path-blocked w1 certain',
  ],
  '4789/udp leaves m1, arrives at w1, and no rule is known': [
    withMachine(
      withMachine(overlayFacts({ probes: timeout, ports: ports(vxlanShut) }), 'm1', { packets: [row({})] }),
      'w1',
      { packets: [row({ out: false })] },
    ),
    'overlay.data-path-blocked w1 likely',
  ],
  '4789/udp does not leave m1, one way': [
    overlayFacts({
      probes: timeout,
      ports: ports((protocol, number, from) => (from === 'm1' ? vxlanShut(protocol, number) : 'reached')),
    }),
    'overlay.data-path-blocked m1 likely',
  ],
  '4789/udp leaves m1, arrives nowhere': [
    withMachine(
      overlayFacts({
        probes: timeout,
        ports: ports((protocol, number, from) => (from === 'm1' ? vxlanShut(protocol, number) : 'reached')),
      }),
      'm1',
      { packets: [row({})] },
    ),
    'overlay.data-path-blocked - likely',
  ],
  'a rule on w1 about another port counted': [
    withMachine(overlayFacts({ probes: timeout }), 'w1', { counted: [rule('-p tcp --dport 9')] }),
    'undecided - undecided',
  ],
  '7946 is shut at w1: no name': [
    withMachine(
      overlayFacts({
        probes: [probe('no-name'), probe('timeout', { by: 'ip' })],
        ports: ports((_, number) => (number === 7946 ? 'timeout' : 'reached')),
      }),
      'w1',
      { counted: [rule('-p udp -m udp --dport 7946')], packets: [row({ out: false, port: 7946 })] },
    ),
    'overlay.gossip-blocked w1 certain',
  ],
  '7946/tcp is shut at w1, and names are still known': [
    withMachine(
      overlayFacts({
        ports: ports((protocol, number) => (number === 7946 && protocol === 'tcp' ? 'timeout' : 'reached')),
      }),
      'w1',
      { counted: [rule('-p tcp --dport 7946')], packets: [row({ out: false, protocol: 'tcp', port: 7946 })] },
    ),
    'overlay.gossip-blocked w1 certain',
  ],
  'two nodes reach each other, and 4789/udp is shut at w1': [
    withMachine(nodes({ ports: ports(vxlanShut) }), 'w1', {
      counted: [rule('-p udp --dport 4789')],
      packets: [row({ out: false })],
    }),
    'overlay.data-path-blocked w1 certain',
  ],
  'two nodes reach each other, and 7946/udp once did not answer': [
    nodes({
      ports: ports((protocol, number, from) =>
        protocol === 'udp' && number === 7946 && from === 'm1' ? 'timeout' : 'reached',
      ),
    }),
    'reached - certain',
  ],
  'two nodes reach each other, and 7946/tcp is shut both ways, by what is not known': [
    nodes({
      ports: ports((protocol, number) => (protocol === 'tcp' && number === 7946 ? 'timeout' : 'reached')),
    }),
    'overlay.gossip-blocked m1 likely',
  ],
  'two containers reach each other by macvlan: the ports of the swarm are not asked about': [
    macvlan({ probes: [probe('reached', { by: 'ip' })], ports: ports(vxlanShut) }),
    'reached - certain',
  ],
  'ESP is shut': [
    withMachine(
      overlayFacts({
        way: { kind: 'overlay', network: 'ov', encrypted: true },
        probes: timeout,
        ports: [
          ...ports(() => 'reached'),
          { from: 'm1', to: 'w1', protocol: 'esp', port: null, outcome: 'timeout', detail: '' },
        ],
      }),
      'w1',
      { counted: [rule('-p esp')], packets: [row({ out: false, protocol: 'esp', port: null })] },
    ),
    'overlay.esp-blocked w1 certain',
  ],
  'the two hear nothing of each other': [
    overlayFacts({
      probes: timeout,
      pings: pings((from, to) => ([from, to].includes('w2') ? 60 : 0)),
      ports: ports(() => 'timeout'),
    }),
    'segment.partitioned w1 certain',
  ],
  'w1 hears of nobody': [
    overlayFacts({
      probes: timeout,
      pings: pings((from, to) => ([from, to].includes('w1') ? 0 : 60)),
      ports: ports(() => 'timeout'),
    }),
    'segment.partitioned w1 certain',
  ],
  'ICMP alone is dropped between the nodes: no partition': [
    overlayFacts({ probes: timeout, pings: pings(() => 0), ports: ports(() => 'reached') }),
    'undecided - undecided',
  ],
  'the echoes are silent and no port could be measured: no partition': [
    overlayFacts({ probes: timeout, pings: pings(() => 0), ports: null, missing: ['ports between m1 and w1: no'] }),
    'undecided - undecided',
  ],
  'the interface of w1 is down': [
    withMachine(overlayFacts({ probes: timeout, pings: pings(() => 0), ports: ports(() => 'timeout') }), 'w1', {
      segment: { name: 'eth0', mac: '', mtu: 1500, up: false, addresses: ['192.168.56.12'] },
    }),
    'segment.link-down w1 certain',
  ],
  'the interface of w1 has lost its address': [
    withMachine(overlayFacts({ probes: timeout }), 'w1', { segment: null }),
    'segment.link-down w1 certain',
  ],
  'the interfaces of w1 could not be asked: no link is down': [
    withMachine(overlayFacts({ probes: timeout }), 'w1', { segment: null, links: null }),
    'undecided - undecided',
  ],
  'a tenth is lost, at w1': [
    overlayFacts({ pings: pings((from, to, size) => (size === 84 && [from, to].includes('w1') ? 54 : 60)) }),
    'segment.loses-packets w1 likely',
  ],
  'a tenth is lost by a rule': [
    withMachine(
      overlayFacts({ pings: pings((from, to, size) => (size === 84 && [from, to].includes('w1') ? 54 : 60)) }),
      'w1',
      { counted: [rule('-m statistic --mode random --probability 0.1')] },
    ),
    'segment.loses-packets w1 certain',
  ],
  'a single echo is lost: that is nothing': [
    overlayFacts({ pings: pings((from, to, size) => (size === 84 && from === 'm1' && to === 'w1' ? 59 : 60)) }),
    'reached - certain',
  ],
  'large packets to w1 are lost, and its MTU is lower': [
    withMachine(
      overlayFacts({ pings: pings((from, to, size) => (size > 84 && to === 'w1' && from === 'm1' ? 0 : 60)) }),
      'w1',
      { segment: { name: 'eth0', mac: '', mtu: 1300, up: true, addresses: ['192.168.56.12'] } },
    ),
    'segment.mtu w1 certain',
  ],
  'a size is lost and a larger one is not: that is no MTU': [
    overlayFacts({ pings: pings((from, to, size) => (size === 1400 && [from, to].includes('w1') ? 0 : 60)) }),
    'reached - certain',
  ],
  'a size is lost and a larger one is not, by a rule about sizes': [
    withMachine(
      overlayFacts({ pings: pings((from, to, size) => (size === 1400 && [from, to].includes('w1') ? 0 : 60)) }),
      'w1',
      { counted: [rule('-m length --length 1301:1450')] },
    ),
    'segment.mtu w1 certain',
  ],
  'large packets are lost around w1': [
    overlayFacts({ pings: pings((from, to, size) => (size === 1500 && [from, to].includes('w1') ? 0 : 60)) }),
    'segment.mtu w1 likely',
  ],
  'large packets are lost by a rule of w1': [
    withMachine(
      overlayFacts({ pings: pings((from, to, size) => (size === 1500 && [from, to].includes('w1') ? 0 : 60)) }),
      'w1',
      { counted: [rule('-m length --length 1301:65535')] },
    ),
    'segment.mtu w1 certain',
  ],
  'netem holds packets at w1': [
    withMachine(
      overlayFacts({
        pings: pings(() => 60).map((one) => ({ ...one, medianMs: [one.from, one.to].includes('w1') ? 100 : 0.2 })),
      }),
      'w1',
      { netem: new Map([['eth0', { delayMs: 250, loses: false }]]) },
    ),
    'segment.delays w1 certain',
  ],
  'echoes are lost, and a queue at w1 only holds back: it is not that which loses them': [
    withMachine(
      overlayFacts({ pings: pings((from, to, size) => (size === 84 && [from, to].includes('w1') ? 54 : 60)) }),
      'w1',
      { netem: new Map([['eth0', { delayMs: 1, loses: false }]]) },
    ),
    'segment.loses-packets w1 likely',
  ],
  'echoes are lost, and a queue at w1 loses': [
    withMachine(
      overlayFacts({ pings: pings((from, to, size) => (size === 84 && [from, to].includes('w1') ? 54 : 60)) }),
      'w1',
      { netem: new Map([['eth0', { delayMs: 0, loses: true }]]) },
    ),
    'segment.loses-packets w1 certain',
  ],
  'echoes are lost around w1, and programs of tc stand at both: what is lost says which': [
    withMachine(
      withMachine(
        overlayFacts({ pings: pings((from, to, size) => (size === 84 && [from, to].includes('w1') ? 54 : 60)) }),
        'w1',
        { programs: [{ hook: 'ingress', text: 'filter protocol all pref 1001 bpf chain 0 handle 0x1' }] },
      ),
      'm1',
      { programs: [{ hook: 'ingress', text: 'filter protocol all pref 1001 bpf chain 0 handle 0x1' }] },
    ),
    'segment.loses-packets w1 likely',
  ],
  'packets take long around w1': [
    overlayFacts({
      pings: pings(() => 60).map((one) => ({ ...one, medianMs: [one.from, one.to].includes('w1') ? 100 : 0.2 })),
    }),
    'segment.delays w1 likely',
  ],
  'packets take long everywhere: the machine is slow': [
    overlayFacts({ pings: pings(() => 60).map((one) => ({ ...one, medianMs: 100 })) }),
    'reached - certain',
  ],
  'the engine of w1 has ended': [
    overlayFacts({ probes: [probe('no-name')], ...ownEngine('w1', { state: 'down' }) }),
    'engine.down w1 certain',
  ],
  'the engine of w1 has ended, and packets still pass': [
    overlayFacts(ownEngine('w1', { state: 'down' })),
    'engine.down w1 certain',
  ],
  'the engine of m1 is stopped by a signal': [
    overlayFacts({ probes: [probe('name-timeout')], ownName: 'name-timeout', ...ownEngine('m1', { state: 'paused' }) }),
    'engine.paused m1 certain',
  ],
  'an engine that nobody needs has ended': [overlayFacts(ownEngine('w2', { state: 'down' })), 'reached - certain'],
  'c2 does not run': [
    overlayFacts({ probes: [probe('not-measured')], to: { ...overlayFacts().to, running: false } }),
    'container.not-running w1 certain',
  ],
  'c2 ended with its engine': [
    overlayFacts({
      probes: [probe('not-measured')],
      to: { ...overlayFacts().to, running: false },
      ...ownEngine('w1', { state: 'down' }),
    }),
    'engine.down w1 certain',
  ],
  'w1 tells the swarm another address': [
    overlayFacts({ probes: timeout, ...ownEngine('w1', { advertised: '10.9.9.9' }) }),
    'swarm.wrong-address w1 certain',
  ],
  'two MACs answer for the address': [
    overlayFacts({
      probes: [probe('wrong-responder')],
      arps: [
        {
          id: '',
          from: 'm1/c1',
          to: '10.0.1.4',
          address: '10.0.1.4',
          sent: 3,
          errors: {},
          macs: { '02:42:0a:00:01:04': 3, '02:42:0a:00:01:09': 3 },
        },
      ],
    }),
    'address.duplicate - certain',
  ],
  'another container took the address': [
    overlayFacts({
      held: [
        { id: 'w1/c2', node: 'w1', address: '10.0.1.4', mac: 'a', own: true },
        { id: 'w2/c3', node: 'w2', address: '10.0.1.4', mac: 'b', own: false },
      ],
    }),
    'address.duplicate w2 certain',
  ],
  'the table of neighbours was full meanwhile': [
    overlayFacts({
      probes: timeout,
      neighbours: [
        { node: null, before: { entries: 90, full: 3, limit: 100 }, after: { entries: 100, full: 7, limit: 100 } },
      ],
    }),
    'neighbours.table-full - certain',
  ],
  'the table of neighbours was full once, before': [
    overlayFacts({
      probes: timeout,
      neighbours: [
        { node: null, before: { entries: 90, full: 7, limit: 100 }, after: { entries: 90, full: 7, limit: 100 } },
      ],
    }),
    'undecided - undecided',
  ],
  'the resolver does not even know its own': [
    overlayFacts({ probes: [probe('name-timeout')], ownName: 'name-timeout' }),
    'dns.not-answering m1 certain',
  ],
  'there is no way to the resolver': [
    overlayFacts({ probes: [probe('unreachable', { address: null })], ownName: 'unreachable' }),
    'dns.not-answering m1 certain',
  ],
  'the name is not known, and the way for news is open': [
    overlayFacts({ probes: [probe('no-name')] }),
    'overlay.gossip-behind m1 likely',
  ],
  'the name is not known, and nobody measured the way for news': [
    overlayFacts({ probes: [probe('no-name')], ports: null }),
    'undecided - undecided',
  ],
  'the name is not known, and one way for news was not measured': [
    overlayFacts({
      probes: [probe('no-name')],
      ports: ports((_protocol, number, from) => (number === 7946 && from === 'w1' ? 'not-measured' : 'reached')),
    }),
    'undecided - undecided',
  ],
  'clocks are an hour apart': [
    withMachine(overlayFacts(), 'w1', { clockMs: { from: 3_600_000, to: 3_600_100 } }),
    'clock.skewed w1 certain',
  ],
  'clocks may be apart, or the machine slow to answer': [
    withMachine(overlayFacts(), 'w1', { clockMs: { from: -9000, to: 50 } }),
    'reached - certain',
  ],
  "the segment keeps m1's containers' MACs out: nobody hears them": [
    withMachine(withMachine(macvlan(), 'm1', { packets: [row(request)] }), 'w1', { packets: [row(backRequest)] }),
    'segment.filters-macs m1 certain',
  ],
  'the segment keeps foreign MACs from w1: w2 hears v1, w1 does not': [
    withMachine(withMachine(macvlan(), 'm1', { packets: [row(request)] }), 'w2', {
      packets: [row({ ...request, out: false })],
    }),
    'segment.filters-macs w1 certain',
  ],
  "the segment keeps m1's foreign MACs back: nobody hears v1, v1 hears v2": [
    withMachine(withMachine(macvlan(), 'm1', { packets: [row(request), row({ ...backRequest, out: false })] }), 'w1', {
      packets: [row(backRequest)],
    }),
    'segment.filters-macs m1 certain',
  ],
  'packets of v1 arrive at w1, where a program of tc stands': [
    withMachine(withMachine(macvlan(), 'm1', { packets: [row(request), row({ ...echo })] }), 'w1', {
      packets: [row({ ...request, out: false }), row({ ...echo, out: false })],
      programs: [{ hook: 'ingress', text: 'filter protocol all pref 1001 bpf chain 0 handle 0x1' }],
    }),
    'firewall.blocks w1 likely',
  ],
  'answers to ARP arrive at m1, where a program of tc stands, and no packet leaves': [
    withMachine(
      withMachine(macvlan(), 'm1', {
        packets: [row(request), row({ ...backRequest, kind: 'arp-reply', out: false })],
        programs: [{ hook: 'ingress', text: 'filter protocol all pref 1001 bpf chain 0 handle 0x1' }],
      }),
      'w1',
      {
        packets: [row({ ...request, out: false }), row({ ...backRequest, kind: 'arp-reply' })],
      },
    ),
    'firewall.blocks m1 likely',
  ],
  'packets of v1 arrive at w1, and programs of tc stand elsewhere': [
    withMachine(
      withMachine(macvlan(), 'm1', {
        packets: [row(request), row({ ...echo })],
        programs: [{ hook: 'ingress', text: 'filter protocol all pref 1001 bpf chain 0 handle 0x1' }],
      }),
      'w1',
      {
        packets: [row({ ...request, out: false }), row({ ...echo, out: false })],
      },
    ),
    'undecided - undecided',
  ],
  'ARP passes both ways: no MAC is filtered': [
    withMachine(withMachine(macvlan(), 'm1', { packets: [row(request)] }), 'w1', {
      packets: [row({ ...request, out: false })],
    }),
    'undecided - undecided',
  ],
  'nobody captured: no MAC is filtered': [
    withMachine(withMachine(macvlan(), 'm1', { packets: [row(request)] }), 'w1', { packets: null }),
    'undecided - undecided',
  ],
  'a rule between containers of a bridge': [
    withMachine(
      bridged({
        probes: [probe('timeout', { protocol: 'tcp', port: 80 })],
        asked: { by: 'ip', protocol: 'tcp', port: 80, target: '172.18.0.3' },
      }),
      'm1',
      {
        counted: [
          { table: 'filter', chain: 'DOCKER-USER', text: '-A DOCKER-USER -p tcp --dport 80 -j DROP', counted: 2 },
        ],
      },
    ),
    'firewall.blocks m1 certain',
  ],
  'a policy counted, which may have been for anybody': [
    withMachine(bridged({ probes: [probe('timeout')] }), 'm1', {
      counted: [{ table: 'filter', chain: 'FORWARD', text: '-P FORWARD DROP', counted: 2 }],
    }),
    'undecided - undecided',
  ],
  'nobody listens': [
    withMachine(
      bridged({
        probes: [probe('refused', { by: 'ip', protocol: 'tcp', port: 80 })],
        asked: { by: 'ip', protocol: 'tcp', port: 80, target: '172.18.0.3' },
      }),
      'm1',
      { interiors: new Map([['m1/b2', { links: null, tcp: new Set([22]), udp: new Set<number>() }]]) },
    ),
    'target.not-listening m1 certain',
  ],
  'answers come too late for the probes, and for the ports': [
    withMachine(
      overlayFacts({
        probes: timeout,
        pings: pings(() => 60).map((ping) =>
          [ping.from, ping.to].includes('w1') ? { ...ping, medianMs: 2400 } : ping,
        ),
        ports: ports(() => 'timeout'),
      }),
      'w1',
      { netem: new Map([['eth0', { delayMs: 2400, loses: false }]]) },
    ),
    'segment.delays w1 certain',
  ],
  'some answers come too late to be counted: none is lost': [
    overlayFacts({
      pings: pings(() => 60).map((ping) =>
        [ping.from, ping.to].includes('w1') && ping.size === 84 ? { ...ping, answered: 40, medianMs: 800 } : ping,
      ),
    }),
    'segment.delays w1 likely',
  ],
  'no answer comes while anybody looks, and a queue at w1 says why: no partition': [
    withMachine(overlayFacts({ probes: timeout, pings: pings(() => 0), ports: ports(() => 'timeout') }), 'w1', {
      netem: new Map([['eth0', { delayMs: 9000, loses: false }]]),
    }),
    'segment.delays w1 certain',
  ],
  'a queue at w1 that holds back for less than a probe waits does not explain silence': [
    withMachine(overlayFacts({ probes: timeout, pings: pings(() => 0), ports: ports(() => 'timeout') }), 'w1', {
      netem: new Map([['eth0', { delayMs: 100, loses: false }]]),
    }),
    'segment.partitioned w1 certain',
  ],
  'the target has no address any more, and its node tells the swarm a wrong one': [
    bridged({
      to: { ...overlayFacts().to, address: null },
      probes: [probe('no-name')],
      foretold: { expected: 'no-name', rule: { id: 'none.no-name', sentence: 's', reference: 'r' } },
      ...ownEngine('w1', { advertised: '192.168.56.201' }),
    }),
    'swarm.wrong-address w1 likely',
  ],
  'the target has no address, and its node tells the swarm the right one: it is so by design': [
    bridged({
      to: { ...overlayFacts().to, address: null },
      probes: [probe('no-name')],
      foretold: { expected: 'no-name', rule: { id: 'none.no-name', sentence: 's', reference: 'r' } },
    }),
    'none.no-name - certain',
  ],
  'it is so by design': [
    bridged({
      probes: [probe('timeout')],
      foretold: { expected: 'not-reached', rule: { id: 'macvlan.own-host', sentence: 's', reference: 'r' } },
    }),
    'macvlan.own-host m1 certain',
  ],
  'the model expects something else': [
    bridged({
      probes: [probe('refused')],
      foretold: { expected: 'not-reached', rule: { id: 'macvlan.own-host', sentence: 's', reference: 'r' } },
    }),
    'undecided - undecided',
  ],
};

const told = (facts: Facts) => {
  const { cause } = classify(facts);
  return `${cause.id} ${cause.node ?? '-'} ${cause.confidence}`;
};

describe('one cause out of the facts', () => {
  it.each(Object.entries(cases))('%s', (_, [facts, expected]) => {
    expect(told(facts)).toBe(expected);
  });
});

describe('success on an encrypted overlay', () => {
  const vault = (change: Partial<Facts> = {}) =>
    overlayFacts({ way: { kind: 'overlay', network: 'vault', encrypted: true }, ...change });
  const esp = { protocol: 'esp', port: null } as const;

  it("counts the overlay's ESP at both ends, and not the agents' own", () => {
    const facts = withMachine(
      withMachine(vault(), 'm1', { packets: [row({ ...esp, packets: 5 }), row({ ...esp, kind: 'esp-echo' })] }),
      'w1',
      { packets: [row({ ...esp, out: false, packets: 5 }), row({ ...esp, out: false, kind: 'esp-echo' })] },
    );
    const { cause, evidence } = classify(facts);
    expect(cause.sentence).toBe('by the overlay vault, in ESP (encrypted VXLAN), from m1 to w1');
    expect(evidence).toEqual(
      expect.arrayContaining([
        { node: 'm1', what: 'ESP to w1', seen: '5 left' },
        { node: 'w1', what: 'ESP from m1', seen: '5 arrived' },
        { node: 'm1', what: 'VXLAN to w1 with packets of the pair', seen: '0 left' },
      ]),
    );
  });

  it('says so where anybody can read what should be encrypted', () => {
    const inner = ['ip', '10.0.1.2', '10.0.1.4', 'icmp', null] as const;
    const { cause } = classify(withMachine(vault(), 'm1', { packets: [row({ kind: 'vxlan', inner })] }));
    expect(cause.sentence).toContain('readable although the network is to be encrypted');
  });
});

/** What a collector that failed leaves. */
const losses: Readonly<Record<string, (facts: Facts) => Facts>> = {
  machines: (facts) => ({ ...facts, machines: new Map() }),
  pings: (facts) => ({ ...facts, pings: [] }),
  ports: (facts) => ({ ...facts, ports: null }),
  rules: (facts) => ({
    ...facts,
    machines: new Map([...facts.machines].map(([name, one]) => [name, { ...one, counted: null }])),
  }),
  captures: (facts) => ({
    ...facts,
    machines: new Map([...facts.machines].map(([name, one]) => [name, { ...one, packets: null }])),
  }),
  addresses: (facts) => ({ ...facts, held: [], arps: [] }),
  // The model is asked only where all engines answered.
  engines: (facts) => ({ ...facts, engines: [], foretold: null }),
  'own name': (facts) => ({ ...facts, ownName: null }),
};

describe('a collector that failed', () => {
  it.each(Object.keys(losses))('%s: never leads to another cause', (loss) => {
    for (const [title, [facts, expected]] of Object.entries(cases)) {
      const [id, node] = expected.split(' ');
      const lost = losses[loss];
      if (lost === undefined || id === 'undecided') continue;
      const { cause } = classify({ ...lost(facts), missing: [loss] });
      const [, , , ...others] = [title];
      expect(others).toEqual([]);
      // The same, less sure of it, without the node, or nothing; where all went well only what is seen is lost.
      const fine =
        cause.id === id ||
        cause.id === 'undecided' ||
        (cause.id === 'reached' && classify(facts).cause.id !== 'reached');
      expect(fine, `${title}: ${cause.id}`).toBe(true);
      if (cause.id === id && cause.confidence === 'certain' && cause.node !== null)
        expect(cause.node, title).toBe(node);
    }
  });

  it('is named where nothing is decided', () => {
    const { cause } = classify(
      overlayFacts({ probes: timeout, machines: new Map([['m1', machine('m1')]]), missing: ['w1: gone'] }),
    );
    expect(cause).toMatchObject({ id: 'undecided', confidence: 'undecided' });
    expect(cause.sentence).toContain('w1: gone');
  });
});
