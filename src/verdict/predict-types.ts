import type { EndName, ExpectedOutcome } from '../experiment/language/definition.ts';
import type { RuleText } from '../model/expectation.ts';
import type { Foretold } from '../model/rule.ts';
import type { Protocol } from '../probe/types.ts';
import type { ExperimentResult, RunEngine, StepResult } from './run-types.ts';

// What `predict` gives.

/** What the model says of one probe. */
export interface PredictedProbe {
  from: EndName;
  to: EndName;
  by: 'ip' | 'name' | 'published';
  protocol: Protocol;
  port: number | null;
  /** The model's; `undecided`: no rule knows, and the sentence says why. */
  expected: Foretold;
  rule: RuleText;
  /** What the experiment's file says. */
  stated: ExpectedOutcome;
  /** Whether what the model says fulfils what the file says; null where it is undecided. */
  agrees: boolean | null;
}

export interface PredictedExperiment {
  id: string;
  title: string;
  /** What this lab lacks for it; null where it could run. */
  skipped: ExperimentResult['skipped'];
  /** Those that would be taken. */
  steps: readonly (Pick<StepResult, 'title' | 'because' | 'see' | 'kind' | 'line'> & {
    probes: readonly PredictedProbe[];
  })[];
}

export interface PredictDocument {
  schema: 'swarmlab/predict@1';
  lab: string;
  provider: string;
  /** Of the lab that is up, or as they are taken to be. */
  engines: readonly RunEngine[];
  /** Whether a lab was asked; otherwise its plan and its engines are assumed. */
  asked: boolean;
  experiments: readonly PredictedExperiment[];
  totals: { experiments: number; probes: number; agree: number; disagree: number; undecided: number; skipped: number };
  durationMs: number;
}
