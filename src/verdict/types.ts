import type { CauseSeen } from '../experiment/question.ts';
import type { DriverId, Ring } from '../experiment/types.ts';
import type { Expected, RuleText } from '../model/expectation.ts';
import type { Attempt, Outcome, Protocol } from '../probe/types.ts';

export type Verdict = 'as-expected' | 'differs' | 'not-measured';

export interface ProtocolResult {
  outcome: Outcome;
  verdict: Verdict;
  detail: string;
  /** The address that the packets went to; null where none was found. */
  address: string | null;
  /** The place that answered instead, for `wrong-responder`. */
  responder: string | null;
  rttMs: number | null;
  attempts: readonly Attempt[];
}

export interface CellResult {
  /** `reached` only if every protocol was; otherwise the most telling of the others. */
  outcome: Outcome;
  expected: Expected;
  verdict: Verdict;
  /** Place ids, and the name or address that was asked for; null where the engine gave the target no address. */
  target: { from: string; to: string; aim: string | null };
  rule: RuleText;
  byProtocol: Readonly<Record<Protocol, ProtocolResult>>;
  /** Of one that differs: what `explain` found while everything stood; none where it was not asked. */
  cause?: CauseSeen | undefined;
}

/** Null where a cell has no meaning, or where the lab lacks the machine (then `gaps` of the document says so). */
export interface Cells {
  ip: CellResult | null;
  name: CellResult | null;
}

export interface RingResult {
  out: Cells;
  in: Cells;
}

export type RingResults = Readonly<Record<Ring, RingResult>>;

/** How far containers of a network reach each other: the farthest ring that was reached. */
export type ContainerReach = 'none' | 'self' | 'sibling' | 'peer';

export interface Reach {
  /** Null where it was not measured. */
  containersByIp: ContainerReach | null;
  containersByName: ContainerReach | null;
  /** Rings that were reached by IP, outward and inward. */
  out: readonly Ring[];
  in: readonly Ring[];
  /** Rings that were not reached though a farther one was, in either direction. */
  gaps: readonly Ring[];
}

/** Why a driver was not measured at all. */
export interface Skipped {
  sentence: string;
  missing: readonly { node: string; feature: string; reason: string }[];
}

export interface DriverResult {
  id: DriverId;
  /** Docker's word; null for `container:`. */
  driver: string | null;
  options: Readonly<Record<string, string>>;
  declaredScope: 'local' | 'swarm' | 'global' | null;
  rings: RingResults;
  reach: Reach;
  sentence: string;
  verdict: Verdict | 'skipped';
  skipped: Skipped | null;
}

/** `probes` counts probes; the others count drivers, and add up to them. */
export interface Totals {
  probes: number;
  asExpected: number;
  differs: number;
  notMeasured: number;
  skipped: number;
}

export interface EngineResult {
  node: string;
  role: string;
  address: string;
  engine: string;
  kernel: string;
  forwardPolicy: string;
  /** Kernel features that the node was asked for and does not have, with what it said. */
  lacks: readonly { feature: string; reason: string }[];
}

/** A fault that somebody made, in a sentence without its point. */
export interface BrokenOnPurpose {
  id: string;
  kind: string;
  sentence: string;
}

export interface ScopeDocument {
  schema: 'swarmlab/scope@1';
  lab: string;
  provider: string;
  engines: readonly EngineResult[];
  drivers: readonly DriverResult[];
  /** Rings that this lab has no machine for. */
  gaps: readonly { rings: readonly Ring[]; reason: string }[];
  /** What the probe agents had to say about the batches. */
  notes: readonly string[];
  totals: Totals;
  /** Broken on purpose while it was measured; left out where nothing was. */
  faults?: readonly BrokenOnPurpose[] | undefined;
  durationMs: number;
}
