import type { CheckDefinition } from '../experiment/language/definition.ts';
import type { Direction, Ring } from '../experiment/types.ts';
import type { RuleText } from '../model/expectation.ts';
import type { Foretold } from '../model/rule.ts';
import type { By, Outcome, Protocol } from '../probe/types.ts';
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

/** A cell of an experiment's table: what was foretold beside what was seen, or beside another prediction. */
export interface ForetoldDifference {
  kind: 'foretold';
  subject: string;
  step: StepReference;
  from: string;
  to: string;
  by: 'ip' | 'name' | 'published';
  port: number | null;
  protocols: readonly {
    protocol: Protocol;
    a: Foretold | Outcome;
    b: Foretold | Outcome;
    /** Ids of the rules that foretold; null for what was seen. */
    rules: { a: string | null; b: string | null };
  }[];
}

/** A cell that the model has no answer for. */
export interface UndecidedCell extends Omit<ForetoldDifference, 'kind' | 'protocols'> {
  protocols: readonly Protocol[];
  rule: RuleText | null;
}

/**
 * Experiments that say nothing about predictions, in whole or from a step on.
 * - `skipped`: the lab lacks what they need
 * - `failed`: they could not be measured
 * - `step-failed`: a step could not be done, so that from there on the lab is not what the model takes it for
 */
export interface NotCompared {
  names: readonly string[];
  cause: 'skipped' | 'failed' | 'step-failed';
  sentence: string;
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

export type Difference =
  | RingDifference
  | ProbeDifference
  | ForetoldDifference
  | CheckDifference
  | ValueDifference
  | MissingDifference;

export interface DiffTotals {
  /** Drivers, experiments or containers that both have, and that were measured in both. */
  subjects: number;
  /** Probes that were measured in both. */
  probes: number;
  /** Probes that both have, and that one of them or both could not measure. */
  notMeasured: number;
  /** Probes that the model has no answer for. */
  undecided: number;
  checks: number;
  /** All of `differences` but those that are missing on one side. */
  differences: number;
  missing: number;
}

export interface Comparison {
  /** `prediction`: `predict` beside `run`, or beside `predict`. */
  kind: 'scope' | 'run' | 'probe' | 'prediction';
  differences: readonly Difference[];
  /** Of drivers that differ: what is said of each. They follow from the cells, and are not counted. */
  sentences: readonly { subject: string; a: string; b: string }[];
  /** Nodes that are taken for the same though their names are not (`probe`; elsewhere places stand for them). */
  nodes: readonly { a: string; b: string }[];
  /** Of a prediction alone. */
  undecided: readonly UndecidedCell[];
  notCompared: readonly NotCompared[];
  totals: DiffTotals;
}

/** What comes of comparing two results that were both measured. */
export interface MeasuredDiff extends Pick<Comparison, 'differences' | 'sentences'> {
  totals: Omit<DiffTotals, 'undecided'>;
}

/** Where a result is from: context, and no difference. */
export interface DiffSide {
  file: string;
  /** The verb that printed it. */
  verb: 'scope' | 'run' | 'probe' | 'predict';
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
