import type { RuleText } from '../model/expectation.ts';
import type { Foretold } from '../model/rule.ts';
import type { Outcome } from '../probe/types.ts';
import type { NotCompared, StepReference } from './diff-types.ts';
import { judgeOutcome } from './experiment.ts';
import type { PredictDocument, PredictedProbe } from './predict-types.ts';
import type { ExperimentResult, ProbeResult, RunDocument, StepResult } from './run-types.ts';

/** A probe of a document of predictions, or of one of results, in the same words. */
export interface SaidProbe extends Pick<PredictedProbe, 'from' | 'to' | 'by' | 'protocol' | 'port'> {
  /** What was foretold, or seen. */
  said: Foretold | Outcome;
  /** The rule that foretold it; null for what was seen. */
  rule: RuleText | null;
  /** Whether what was seen fulfils a prediction; null for a prediction. */
  seenAs: ((foretold: Foretold | Outcome) => boolean) | null;
}

export interface ForetoldSide {
  id: string;
  /** Why it cannot be compared, or not to its end; null where it can. */
  why: Pick<NotCompared, 'cause' | 'sentence'> | null;
  /** `taken`: false for one that a run did not come to. */
  steps: readonly { reference: StepReference; taken: boolean; probes: readonly SaidProbe[] }[];
}

/** What a document says of each experiment's probes. Pure. */
export function foretoldSideOf(document: PredictDocument | RunDocument): readonly ForetoldSide[] {
  return document.schema === 'swarmlab/predict@1'
    ? document.experiments.map(({ id, skipped, steps }) => ({
        id,
        why: skipped === null ? null : { cause: 'skipped', sentence: skipped.sentence },
        steps: steps.map(({ title, probes }, at) => ({
          reference: { index: at + 1, title },
          taken: true,
          probes: probes.map((probe) => ({ ...asked(probe), said: probe.expected, rule: probe.rule, seenAs: null })),
        })),
      }))
    : document.experiments.map((experiment) => ({
        id: experiment.id,
        why: whyNot(experiment),
        steps: experiment.steps.map((step, at) => ({
          reference: { index: at + 1, title: step.title },
          taken: wasTaken(experiment, step),
          probes: step.probes.map((probe) => ({
            ...asked(probe),
            said: probe.outcome,
            rule: null,
            seenAs: (foretold) => isForetold(foretold) && judgeOutcome(foretold, probe.outcome) === 'as-expected',
          })),
        })),
      }));
}

function asked({ from, to, by, protocol, port }: PredictedProbe | ProbeResult) {
  return { from, to, by, protocol, port };
}

/** Words that a prediction can have are those of tables, but for `undecided`. */
function isForetold(word: Foretold | Outcome): word is Exclude<Foretold, 'undecided'> {
  return word !== 'undecided' && word !== 'not-measured';
}

function whyNot({ skipped, verdict, failure, steps }: ExperimentResult): ForetoldSide['why'] {
  if (skipped !== null) return { cause: 'skipped', sentence: skipped.sentence };
  if (verdict === 'skipped') return { cause: 'skipped', sentence: 'it was skipped' };
  if (failure !== null) return { cause: 'failed', sentence: failure.message };
  const cut = steps.find((step) => step.verdict === 'not-measured' && step.kind !== 'probe' && step.kind !== 'check');
  return cut === undefined ? null : { cause: 'step-failed', sentence: `"${cut.title}": ${cut.detail}` };
}

/** A step that asks, and has no probes, was not come to, or asked nothing with these engines. */
function wasTaken({ steps }: ExperimentResult, { probes, kind, verdict }: StepResult): boolean {
  return steps.length > 0 && (kind !== 'probe' || probes.length > 0 || verdict !== 'not-measured');
}
