import type {
  ActionDefinition,
  CheckDefinition,
  EndName,
  ExpectedOutcome,
  NodeLetter,
} from '../experiment/language/definition.ts';
import type { CauseSeen } from '../experiment/question.ts';
import type { ProbeCoverage } from '../experiment/running/classes.ts';
import type { RuleText } from '../model/expectation.ts';
import type { Foretold } from '../model/rule.ts';
import type { Attempt, Outcome, Protocol } from '../probe/types.ts';
import type { BrokenOnPurpose, Verdict } from './types.ts';

// What `run` and `probe` give: one document each, made by lab/run.ts and lab/probe.ts, shown by the report room.

/** One probe, by one protocol. */
export interface ProbeResult {
  /** As the experiment's file names them (`alpine1`, `svc:web`, `node:A`, `lan`, `world`). */
  from: EndName;
  to: EndName;
  by: 'ip' | 'name' | 'published';
  protocol: Protocol;
  /** Null: the agent's own listener (TCP, UDP), or none (ICMP). */
  port: number | null;
  /** The name or address that was asked for; null where there was none, and the detail says why. */
  target: string | null;
  /** Null: nothing was expected (`probe`). */
  expected: ExpectedOutcome | null;
  outcome: Outcome;
  detail: string;
  /** The address that the packets went to; null where the name gave none. */
  address: string | null;
  /** Who answered instead, for `wrong-responder`: a name as in `from`, or a place (`m1/web`); null where unknown. */
  responder: string | null;
  rttMs: number | null;
  attempts: readonly Attempt[];
  /** Null where nothing was expected; `any` is as expected once it was measured. */
  verdict: Verdict | null;
  /** What the model says; none where it was not asked (`probe`). */
  predicted?: Foretold;
  /** The model's, for `predicted`. */
  rule: RuleText | null;
  /** What `explain` found while everything stood; null where it was not asked. */
  cause: CauseSeen | null;
  /** One line that asks the same by hand, from the machine that swarmlab runs on. */
  reproduce: string | null;
}

/** One cell of a table as a person drew it: all its protocols together. */
export interface CellVerdict {
  from: EndName;
  to: EndName;
  expected: ExpectedOutcome | null;
  /** `reached` only if every protocol was; otherwise the most telling of the others. */
  outcome: Outcome;
  verdict: Verdict | null;
  /** The detail of the protocol that made the outcome. */
  detail: string;
  /** 1-based line of the expectation in the file; null where it has none. */
  line: number | null;
  /** Why this cell, where its expectation says so itself, and where that is documented. */
  because?: string | null;
  see?: string | null;
  /** Indexes into the step's `probes`. */
  probes: readonly number[];
}

export interface CheckResult {
  kind: CheckDefinition['kind'];
  /** What is looked at, in words: `alpine1's address on alpine-net`. */
  subject: string;
  /** What it should be, and what it is, in words. */
  expected: string;
  seen: string;
  verdict: Verdict;
  /** Why it could not be measured; empty otherwise. */
  detail: string;
  /** One line that looks by hand; null where there is none. */
  reproduce: string | null;
}

export interface StepResult {
  title: string;
  because: string | null;
  see: string | null;
  kind: ActionDefinition['kind'];
  line: number | null;
  verdict: Verdict;
  /**
   * Of a step that does something (connect, block, wait, refused, …): what was done or seen, in a sentence; for one that
   * failed why. Empty for probes and checks that could be made.
   */
  detail: string;
  /** The same by hand; empty where there is nothing to type. */
  commands: readonly string[];
  /** For a probe step, how it was asked; null otherwise. */
  asked: {
    by: 'ip' | 'name' | 'published';
    network: string | null;
    name: string | null;
    protocols: readonly Protocol[];
    port: number | null;
  } | null;
  /** In the order of the table: rows, then columns. */
  cells: readonly CellVerdict[];
  probes: readonly ProbeResult[];
  checks: readonly CheckResult[];
  durationMs: number;
}

/** A container or task as it was when the experiment's first step began, or when a step made it. */
export interface ContainerFacts {
  name: string;
  node: string;
  /** The name in its file that stands for it and others alike; left out for one by itself. */
  group?: string | undefined;
  /** By network. */
  addresses: Readonly<Record<string, string>>;
}

export interface ExperimentResult {
  id: string;
  title: string;
  verdict: Verdict | 'skipped';
  /** What was missing; null where it ran. */
  skipped: { sentence: string; missing: readonly { node: string | null; what: string; reason: string }[] } | null;
  /** Why it could not be built or went no further; null where it was. Its steps from there on are not measured. */
  failure: { code: string; message: string; hint: string | null } | null;
  /** The letters of its file that it used. */
  nodes: readonly { letter: NodeLetter; name: string; address: string }[];
  containers: readonly ContainerFacts[];
  steps: readonly StepResult[];
  disturbs: 'nothing' | 'swarm' | 'engine';
  /** The lab that it ran in; another than the document's where it had one of its own. */
  lab: string;
  /** It was left standing (`--keep`); the line that takes it down. */
  kept: { undo: string } | null;
  /** Where its file is; null for one made in code. */
  file: string | null;
  /** What the probe agents and the clean-up had to say. */
  notes: readonly string[];
  durationMs: number;
}

/** `probes` and `checks` count those made; the others count experiments, and add up to them. */
export interface RunTotals {
  experiments: number;
  probes: number;
  checks: number;
  asExpected: number;
  differs: number;
  notMeasured: number;
  skipped: number;
}

export interface RunEngine {
  node: string;
  role: string;
  address: string;
  engine: string;
  kernel: string;
  forwardPolicy: string;
}

export interface RunDocument {
  schema: 'swarmlab/run@1';
  lab: string;
  provider: string;
  engines: readonly RunEngine[];
  experiments: readonly ExperimentResult[];
  totals: RunTotals;
  /** Of experiments that disturb nothing, side by side, and of the others, in turn. */
  durations: { undisturbingMs: number; disturbingMs: number; ownLabsMs: number };
  /** Broken on purpose while it was measured; left out where nothing was. */
  faults?: readonly BrokenOnPurpose[] | undefined;
  durationMs: number;
}

/** A container that happens to run. */
export interface ProbedContainer {
  /** `m1/web`; unique in the lab. */
  id: string;
  name: string;
  node: string;
  /** By network; empty for host and none. */
  addresses: Readonly<Record<string, string>>;
  networkMode: string;
  /** The experiment that made it; null for anybody else's. */
  experiment: string | null;
}

export interface ProbeDocument {
  schema: 'swarmlab/probe@1';
  lab: string;
  provider: string;
  /** That its nodes have: what to start a container of. */
  image: string;
  engines: readonly RunEngine[];
  /** What was asked for. */
  network: string | null;
  from: string | null;
  to: string | null;
  containers: readonly ProbedContainer[];
  /** Where not all pairs were asked: which stand for the others. */
  coverage?: ProbeCoverage | undefined;
  /** One matrix for names and one for addresses; `from` and `to` are ids of `containers`, `node:NAME`, `lan` or `world`. */
  matrices: readonly { by: 'ip' | 'name'; network: string | null; cells: readonly CellVerdict[] }[];
  probes: readonly ProbeResult[];
  notes: readonly string[];
  durationMs: number;
}

/** What happens while experiments run, for whoever shows it. */
export type RunEvent =
  | { kind: 'waiting'; experiment: string; for: string }
  | { kind: 'started'; experiment: string; title: string }
  | { kind: 'building'; experiment: string; awaiting: string }
  /** `index` counts from 1. */
  | { kind: 'step'; experiment: string; index: number; count: number; title: string }
  | { kind: 'awaiting'; experiment: string; what: string }
  | { kind: 'undoing'; experiment: string }
  | { kind: 'ended'; experiment: string; result: ExperimentResult };
