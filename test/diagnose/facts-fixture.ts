import type { EndFacts, Facts, MachineFacts, PingFact, ProbeFact } from '../../src/diagnose/facts.ts';
import type { PacketRow } from '../../src/diagnose/witness-protocol.ts';
import type { PortObservation } from '../../src/probe/measure-ports.ts';

export const addresses: Readonly<Record<string, string>> = {
  m1: '192.168.56.11',
  w1: '192.168.56.12',
  w2: '192.168.56.13',
};

export function end(id: string, address: string, mac: string): EndFacts {
  const [machine = '', name = ''] = id.split('/');
  return {
    id,
    kind: 'container',
    name,
    machine,
    machineAddress: addresses[machine] ?? '',
    address,
    mac,
    running: true,
  };
}

export function machine(name: string, change: Partial<MachineFacts> = {}): MachineFacts {
  const address = addresses[name] ?? '';
  const segment = { name: 'eth0', mac: `02:00:00:00:00:${name}`, mtu: 1500, up: true, addresses: [address] };
  return {
    machine: name,
    address,
    segment,
    links: [segment],
    netem: new Map(),
    programs: [],
    forwarding: true,
    counted: [],
    uncounted: [],
    packets: [],
    clockMs: { from: -5, to: 5 },
    overlays: new Map(),
    interiors: new Map(),
    ...change,
  };
}

export function probe(outcome: ProbeFact['outcome'], change: Partial<ProbeFact> = {}): ProbeFact {
  return {
    by: 'name',
    protocol: 'icmp',
    port: null,
    target: 'c2',
    outcome,
    detail: '',
    address: '10.0.1.4',
    responder: null,
    ...change,
  };
}

/** Small echoes between all three machines, and some of other sizes between the two. */
export function pings(answered: (from: string, to: string, size: number) => number): PingFact[] {
  const names = Object.keys(addresses);
  return names.flatMap((from) =>
    names
      .filter((to) => to !== from)
      .flatMap((to) =>
        [84, 1400, 1500].map((size): PingFact => {
          const sent = size === 84 ? 60 : 3;
          const got = Math.min(sent, answered(from, to, size));
          return {
            id: `${from} ${to} ${size}`,
            from,
            to,
            size,
            inside: false,
            waitMs: 500,
            sent,
            answered: got,
            errors: {},
            tooBig: 0,
            medianMs: got > 0 ? 0.2 : null,
          };
        }),
      ),
  );
}

export function port(
  from: string,
  to: string,
  protocol: PortObservation['protocol'],
  number: number | null,
  outcome: PortObservation['outcome'],
): PortObservation {
  return { from, to, protocol, port: number, outcome, detail: '' };
}

/** The swarm's ports between the two, and a free one; `outcome` says what came of each. */
export function ports(outcome: (protocol: string, number: number, from: string) => PortObservation['outcome']) {
  const wanted = [
    ['udp', 7946],
    ['tcp', 7946],
    ['udp', 4789],
    ['udp', 18420],
    ['tcp', 18420],
  ] as const;
  return [
    ['m1', 'w1'],
    ['w1', 'm1'],
  ].flatMap(([from = '', to = '']) =>
    wanted.map(([protocol, number]) => port(from, to, protocol, number, outcome(protocol, number, from))),
  );
}

export function row(change: Partial<PacketRow>): PacketRow {
  return {
    at: 'segment',
    out: true,
    device: 'eth0',
    kind: 'ip',
    fromMac: '',
    toMac: '',
    from: '192.168.56.11',
    to: '192.168.56.12',
    protocol: 'udp',
    port: 4789,
    inner: null,
    packets: 3,
    largest: 134,
    ...change,
  };
}

/** c1 on m1 asks for c2 on w1 by name over an overlay; all is well, but for what `change` says. */
export function overlayFacts(change: Partial<Facts> = {}): Facts {
  return {
    lab: 'default',
    from: end('m1/c1', '10.0.1.2', '02:42:0a:00:01:02'),
    to: end('w1/c2', '10.0.1.4', '02:42:0a:00:01:04'),
    way: { kind: 'overlay', network: 'ov', encrypted: false },
    network: null,
    asked: { by: 'name', protocol: 'icmp', port: null, target: 'c2' },
    dataPathPort: 4789,
    patienceMs: 2000,
    probes: [probe('reached')],
    ownName: 'reached',
    foretold: null,
    engines: ['m1', 'w1', 'w2'].map((node) => ({
      node,
      state: 'answers',
      version: '20.10.24',
      advertised: addresses[node] ?? null,
      swarmState: 'ready',
      peers: Object.values(addresses),
    })),
    machines: new Map(['m1', 'w1', 'w2'].map((name) => [name, machine(name)])),
    pings: pings(() => 60),
    arps: [],
    held: [],
    ports: ports(() => 'reached'),
    neighbours: [],
    missing: [],
    ...change,
  };
}

export function withMachine(facts: Facts, name: string, change: Partial<MachineFacts>): Facts {
  return {
    ...facts,
    machines: new Map([...facts.machines, [name, { ...machine(name), ...facts.machines.get(name), ...change }]]),
  };
}

/** A rule that dropped so many packets meanwhile. */
export const rule = (text: string, counted = 4) => ({
  table: 'filter',
  chain: 'INPUT',
  text: `-A INPUT ${text} -j DROP`,
  counted,
});
