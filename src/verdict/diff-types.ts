import type { CheckDefinition } from '../experiment/language/definition.ts';
import type { Direction, Ring } from '../experiment/types.ts';
import type { By, Protocol } from '../probe/types.ts';
import type { Reachability } from './reachability.ts';
import type { Verdict } from './types.ts';

// What `diff` gives: where two results of one kind differ, made by verdict/diff.ts, shown by the report room.

export type Side = 'a' | 'b';

/** One protocol of a cell, where the two do not agree. */
export interface ProtocolDifference {
  protocol: Protocol;
  a: Reachability;
  b: Reachability;
}

/** A step of an experiment; `index` counts from 1. */
export interface StepReference {
  index: number;
  title: string;
}

/** A cell of a driver. */
export interface RingDifference {
  kind: 'ring';
  /** The driver's id. */
  subject: string;
  ring: Ring;
  direction: Direction;
  by: By;
  protocols: readonly ProtocolDifference[];
}

/** A cell of an experiment's table, or of `probe`'s matrix. */
export interface ProbeDifference {
  kind: 'probe';
  /** The experiment's id; `by name`, `by IP` or `by IP on NETWORK` of a matrix. */
  subject: string;
  /** Null in a matrix. */
  step: StepReference | null;
  from: string;
  to: string;
  by: 'ip' | 'name' | 'published';
  port: number | null;
  /** The name that was asked for; null where it was an address. */
  name: string | null;
  protocols: readonly ProtocolDifference[];
}

/** A check of an experiment. Addresses in `seen` are numbered, since which ones they are is no difference. */
export interface CheckDifference {
  kind: 'check';
  subject: string;
  step: StepReference;
  check: CheckDefinition['kind'];
  of: string;
  a: { verdict: Verdict; seen: string };
  b: { verdict: Verdict; seen: string };
}

/**
 * One word on either side.
 * - `declared-scope`: what Docker says of a driver's network; null where it states none
 * - `verdict`: of a driver, of an experiment, or of a step that does something
 * - `skipped`: why neither was measured, where the reasons differ
 * - `failure`: why an experiment went no further; null where it did
 * - `node`, `networks`: where a container runs, and what it is connected to
 */
export interface ValueDifference {
  kind: 'declared-scope' | 'verdict' | 'skipped' | 'failure' | 'node' | 'networks';
  subject: string;
  step: StepReference | null;
  a: string | null;
  b: string | null;
}

/** What one of the two has alone, told once: nothing of it is compared. */
export interface MissingDifference {
  kind: 'missing';
  what: 'driver' | 'ring' | 'experiment' | 'step' | 'check' | 'cell' | 'end' | 'matrix';
  /** What it is a part of; null for what the document itself consists of. */
  subject: string | null;
  step: StepReference | null;
  names: readonly string[];
  /** The side that has it. */
  in: Side;
  /** Why the other one has not; null where it was not asked for. */
  why: string | null;
}

export type Difference = RingDifference | ProbeDifference | CheckDifference | ValueDifference | MissingDifference;

export interface DiffTotals {
  /** Drivers, experiments or containers that both have, and that were measured in both. */
  subjects: number;
  /** Probes that were measured in both. */
  probes: number;
  /** Probes that both have, and that one of them or both could not measure. */
  notMeasured: number;
  checks: number;
  /** All of `differences` but those that are missing on one side. */
  differences: number;
  missing: number;
}

export interface Comparison {
  kind: 'scope' | 'run' | 'probe';
  differences: readonly Difference[];
  /** Of drivers that differ: what is said of each. They follow from the cells, and are not counted. */
  sentences: readonly { subject: string; a: string; b: string }[];
  /** Nodes that are taken for the same though their names are not (`probe`; elsewhere places stand for them). */
  nodes: readonly { a: string; b: string }[];
  totals: DiffTotals;
}

/** Where a result is from: context, and no difference. */
export interface DiffSide {
  file: string;
  lab: string;
  provider: string;
  engines: readonly { node: string; role: string; engine: string; kernel: string; forwardPolicy: string }[];
}

export interface DiffDocument extends Comparison {
  schema: 'swarmlab/diff@1';
  a: DiffSide;
  b: DiffSide;
  durationMs: number;
}
