import type { NetworkView } from '../fabric/engine-port.ts';
import type { Prediction } from '../model/rule.ts';
import type { PortObservation } from '../probe/measure-ports.ts';
import type { Outcome, Protocol } from '../probe/types.ts';
import type { CountedRule, DropRule } from './rules.ts';
import type { Link, NeighbourTable, Netem, Vxlan } from './tables.ts';
import type { ArpAnswer, PacketRow, PingAnswer } from './witness-protocol.ts';

// All that is known of one pair, as data: what the classifier looks at. Null and absent mean that it could not be found out,
// which is never evidence.

export type By = 'name' | 'ip' | 'published';

/** One of the two, with the address that packets go to or come from. */
export interface EndFacts {
  /** `m1/web`, `node:m1`, `lan`, `world`. */
  id: string;
  kind: 'container' | 'machine';
  name: string;
  /** The machine that it is on. */
  machine: string;
  /** That machine's address on the segment. */
  machineAddress: string;
  /** Its own, on the way that the packets take; null: it has none there. */
  address: string | null;
  mac: string | null;
  running: boolean;
}

/** How the packets should go. */
export type Way =
  | { kind: 'own' }
  | { kind: 'overlay'; network: string; encrypted: boolean }
  | { kind: 'bridge'; network: string }
  /** As machines of the segment: macvlan or ipvlan on a parent. */
  | { kind: 'parent'; driver: string; network: string; parent: string }
  | { kind: 'machines' }
  /** Routed, with or without translation. */
  | { kind: 'routed' }
  | { kind: 'unknown' };

/** What an engine is like, seen from without where it does not answer. */
export type EngineState = 'answers' | 'paused' | 'down' | 'silent';

export interface EngineFacts {
  node: string;
  state: EngineState;
  version: string | null;
  /** The address that it tells the swarm; null: it is in none, or did not say. */
  advertised: string | null;
  /** As a manager lists it: ready, down, unknown; null where none did. */
  swarmState: string | null;
  /** Addresses of the overlay's peers, as its gossip has them; null: it did not say. */
  peers: readonly string[] | null;
}

export interface ProbeFact {
  by: By;
  protocol: Protocol;
  port: number | null;
  target: string | null;
  outcome: Outcome;
  detail: string;
  /** Where the packets went to; null: no name was resolved, or nothing was sent. */
  address: string | null;
  responder: string | null;
}

/** What the witness on a machine saw. */
export interface MachineFacts {
  machine: string;
  address: string;
  /** The interface that has, or should have, its address on the segment; null: none has it, or it could not be asked. */
  segment: Link | null;
  /** All of them; null: they could not be asked. */
  links: readonly Link[] | null;
  /** By interface; null: its queues could not be asked. */
  netem: ReadonlyMap<string, Netem> | null;
  /** Programs of tc at the interface on the segment: they see frames before any rule does, and may drop them. */
  programs: readonly { hook: 'ingress' | 'egress'; text: string }[] | null;
  forwarding: boolean | null;
  /** Drops that counted while the pair was probed. */
  counted: readonly CountedRule[] | null;
  /** Drops that count nothing, so that nobody can say. */
  uncounted: readonly DropRule[];
  packets: readonly PacketRow[] | null;
  clockMs: { from: number; to: number };
  overlays: ReadonlyMap<string, OverlayFacts>;
  interiors: ReadonlyMap<string, InteriorFacts>;
}

export interface OverlayFacts {
  vxlan: Vxlan | null;
  fdb: ReadonlyMap<string, string> | null;
  neighbours: ReadonlyMap<string, string> | null;
}

/** Of an end's network namespace. */
export interface InteriorFacts {
  links: readonly Link[] | null;
  tcp: ReadonlySet<number>;
  udp: ReadonlySet<number>;
}

/** Echo requests of one machine, or of an end, to another. */
export interface PingFact extends PingAnswer {
  from: string;
  to: string;
  size: number;
  /** So long the last answer was waited for. */
  waitMs: number;
  /** Between the two ends themselves; otherwise between machines, on the segment. */
  inside: boolean;
}

export interface ArpFact extends ArpAnswer {
  from: string;
  to: string;
  address: string;
}

/** An address that a container has in its namespace, whoever gave it. */
export interface HeldAddress {
  id: string;
  node: string;
  address: string;
  mac: string;
  /** The engine gave it. */
  own: boolean;
}

export interface Facts {
  lab: string;
  from: EndFacts;
  to: EndFacts;
  way: Way;
  /** Of that network on the asker's node. */
  network: NetworkView | null;
  asked: { by: By; protocol: Protocol; port: number | null; target: string | null };
  dataPathPort: number;
  /** The longest that a probe waits for its answer. */
  patienceMs: number;
  /** All that were made, the asked one first. */
  probes: readonly ProbeFact[];
  /** What the asker's resolver says of the asker's own name, which needs nobody else. */
  ownName: Outcome | null;
  foretold: Prediction | null;
  engines: readonly EngineFacts[];
  machines: ReadonlyMap<string, MachineFacts>;
  pings: readonly PingFact[];
  arps: readonly ArpFact[];
  held: readonly HeldAddress[];
  ports: readonly PortObservation[] | null;
  /** Of each kernel: a node's own, or (node null) the one that all nodes share. */
  neighbours: readonly { node: string | null; before: NeighbourTable; after: NeighbourTable }[];
  /** What could not be looked at, in words. */
  missing: readonly string[];
}

export type Confidence = 'certain' | 'likely' | 'undecided';

export interface Evidence {
  node: string | null;
  what: string;
  seen: string;
}

/** One cause, and what speaks for it. */
export interface Diagnosis {
  cause: { id: string; node: string | null; sentence: string; confidence: Confidence };
  evidence: readonly Evidence[];
  /** A line to type; null: there is none. */
  remedy: string | null;
  /** Nothing but echoes speaks for it: no rule, no queue, no interface was found that does it. */
  byEchoesAlone?: boolean;
}

/** Looks for one cause: null where the facts do not show it. */
export type Judge = (facts: Facts) => Diagnosis | null;
