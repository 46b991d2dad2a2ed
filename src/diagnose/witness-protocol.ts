// What the controller and a witness (provision/probe_agent/witness.py) say to each other: one JSON object a line.

/** A network namespace of the machine; null is its own. */
export interface WitnessPlace {
  id: string;
  path: string | null;
}

/** The interface with that address; null: every one of the namespace. */
export interface WatchSpec extends WitnessPlace {
  address: string | null;
}

export interface PingSpec {
  id: string;
  kind: 'ping';
  path: string | null;
  to: string;
  /** Bytes of the packet, its IP header included. */
  size: number;
  count: number;
  intervalMs: number;
  delayMs: number;
  /** After the last was sent; an answer that comes later, and before the watch ends, counts too. */
  waitMs: number;
}

export interface ArpSpec {
  id: string;
  kind: 'arp';
  path: string | null;
  /** The asker's own address: its interface is found by that. */
  source: string;
  to: string;
  count: number;
  intervalMs: number;
  delayMs: number;
  waitMs: number;
}

export interface Look {
  op: 'look';
  deadlineMs: number;
  /** Null: no overlay's packets are looked into. */
  dataPathPort: number | null;
  /** Only packets from or to one of these are counted. */
  addresses: readonly string[];
  watch: readonly WatchSpec[];
  asks: readonly (PingSpec | ArpSpec)[];
  /** Whose addresses, routes and listeners are told. */
  interiors: readonly WitnessPlace[];
  /** Whose addresses alone are told. */
  crowd: readonly WitnessPlace[];
  overlays: readonly WitnessPlace[];
}

/** As the machine's programs print them; null: that could not be asked. */
export interface RuleTexts {
  iptables: string;
  legacy: string;
  nft: string;
}

export interface NeighbourTexts {
  stat: string | null;
  limit: string | null;
}

export interface TablesBefore {
  rules: RuleTexts | null;
  links: string | null;
  queues: string | null;
  /** `tc filter show`, at interfaces that may have some. */
  filters: readonly { device: string; hook: 'ingress' | 'egress'; text: string }[] | null;
  forwarding: string | null;
  neighbours: NeighbourTexts | null;
  engine: { state: string | null } | null;
  interiors: readonly { id: string; addresses: string; routes: string; tcp: string; udp: string }[];
  crowd: readonly { id: string; addresses: string }[];
}

export interface TablesAfter {
  rules: RuleTexts | null;
  neighbours: NeighbourTexts | null;
  overlays: readonly { id: string; links: string; fdb: string; neighbours: string }[];
}

/** Packets of one kind that passed an interface. */
export interface PacketRow {
  /** Id of the place that was watched. */
  at: string;
  /** Whether they left by the interface; otherwise they came in. */
  out: boolean;
  device: string;
  /** `esp-echo`: what the probe agents ask each other in ESP, see provision/probe_agent/esp.py. */
  kind: 'arp-request' | 'arp-reply' | 'vxlan' | 'esp-echo' | 'ip';
  fromMac: string;
  toMac: string;
  from: string;
  to: string;
  /** `icmp`, `tcp`, `udp`, `esp`, or a number; null for ARP. */
  protocol: string | null;
  port: number | null;
  /** What a VXLAN packet carries: kind, from, to, protocol, port. */
  inner: readonly [string, string, string, string | null, number | null] | null;
  packets: number;
  /** Bytes of the largest, its IP header included. */
  largest: number;
}

export interface PingAnswer {
  id: string;
  sent: number;
  answered: number;
  /** Errors of sending, by errno. */
  errors: Readonly<Record<string, number>>;
  tooBig: number;
  medianMs: number | null;
}

export interface ArpAnswer {
  id: string;
  sent: number;
  /** How often each MAC answered. */
  macs: Readonly<Record<string, number>>;
  errors: Readonly<Record<string, number>>;
}

export type WitnessReport =
  | { op: 'watching'; tables: TablesBefore; clockMs: number; failures: readonly string[] }
  | { op: 'asked'; answers: readonly (PingAnswer | ArpAnswer)[] }
  | {
      op: 'seen';
      tables: TablesAfter;
      /** As `asked` had them, and what came after. */
      answers: readonly (PingAnswer | ArpAnswer)[];
      failures: readonly string[];
      packets: readonly PacketRow[];
      overflowed: boolean;
    };

/** A line of a witness; null for what is not of its protocol. */
export function parseWitness(line: string): WitnessReport | null {
  try {
    const report: unknown = JSON.parse(line);
    const op = typeof report === 'object' && report !== null && 'op' in report ? report.op : null;
    return op === 'watching' || op === 'asked' || op === 'seen' ? (report as WitnessReport) : null;
  } catch {
    return null;
  }
}
