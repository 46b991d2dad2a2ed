/** As seen from the node: packets that arrive at it, that leave it, or both. */
export type Direction = 'in' | 'out' | 'both';

export const faultKinds = [
  'block',
  'partition',
  'drop',
  'delay',
  'mtu',
  'engine',
  'neighbour-table',
  'duplicate-address',
  'wrong-advertise',
  'filter-macs',
  'no-dns',
  'link-down',
  'clock',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export const engineActions = ['stop', 'kill', 'pause'] as const;

/** Something that is broken on purpose. Nodes by name; containers as selectors have them (`m1/web`). */
export type Fault =
  | {
      kind: 'block';
      node: string;
      protocol: 'tcp' | 'udp' | 'esp' | 'icmp';
      /** Null for protocols that have none. */
      port: number | null;
      /** Only what these send, or are sent; empty: everybody. */
      from: readonly string[];
      direction: Direction;
    }
  | { kind: 'partition'; left: readonly string[]; right: readonly string[] }
  | { kind: 'drop'; percent: number; node: string; from: readonly string[] }
  | { kind: 'delay'; delayMs: number; node: string }
  | { kind: 'mtu'; bytes: number; node: string }
  | { kind: 'engine'; action: (typeof engineActions)[number]; node: string }
  | { kind: 'neighbour-table'; entries: number }
  | { kind: 'duplicate-address'; first: string; second: string }
  | { kind: 'wrong-advertise'; node: string }
  | { kind: 'filter-macs'; nodes: readonly string[] }
  | { kind: 'no-dns'; at: { kind: 'node'; node: string } | { kind: 'container'; container: string } }
  | { kind: 'link-down'; node: string }
  | { kind: 'clock'; skewMs: number; node: string };

/** A command, word by word. */
export interface Line {
  argv: readonly string[];
  /** What it does may be done, or undone, already. */
  mayFail?: true;
}

/** On the node itself, or at the segment's end of its cable, which the node does not see. */
export interface Spot {
  place: 'node' | 'port';
  node: string;
}

/** A container's place on an overlay. */
export interface Attachment {
  /** Its id. */
  container: string;
  /** The network's name: a swarm has each name once. */
  network: string;
  address: string;
  aliases: readonly string[];
}

/** One thing that is changed somewhere, with how it is taken back. It is recorded before it is done, so it is data alone. */
export type Change =
  | {
      kind: 'commands';
      at: Spot;
      apply: readonly Line[];
      undo: readonly Line[];
      /** Ends with 0 while the change is in force; null where there is nothing to look at. */
      holds: readonly string[] | null;
    }
  | {
      kind: 'engine';
      node: string;
      action: (typeof engineActions)[number];
      /** Ids of the containers that ran there, which run again afterwards. */
      containers: readonly string[];
    }
  | { kind: 'neighbours'; entries: number }
  | {
      kind: 'membership';
      node: string;
      address: string;
      /** Places on overlays that its containers had, which go with the membership, and come back with it. */
      attached: readonly Attachment[];
    }
  | { kind: 'clock'; node: string; skewMs: number };

/** What the lab's state folder says of a fault that is in force, or was about to be. */
export interface FaultRecord {
  /** `f1`; never given twice in the life of a record. */
  id: string;
  /** ISO 8601. */
  since: string;
  fault: Fault;
  changes: readonly Change[];
}
