import type { CellDefinition, Experiment, StepDefinition } from '../experiment/language/definition.ts';
import { type CellQuestion, questionsOf } from '../experiment/language/questions.ts';
import { conditionHolds, variantOf } from '../experiment/run/condition.ts';
import { predict } from './predict.ts';
import type { Prediction } from './rule.ts';
import { type Circumstance, worldAtStart } from './start.ts';
import { afterStep } from './steps.ts';

/** What the model says of one probe that a step asks. */
export interface ProbeForetold {
  question: CellQuestion;
  prediction: Prediction;
}

export interface CellForetold {
  cell: CellDefinition;
  probes: readonly ProbeForetold[];
}

export interface StepForetold {
  step: StepDefinition;
  /** Empty for a step that asks nothing. */
  cells: readonly CellForetold[];
}

/**
 * What the model says of every probe that the runner would make: the same steps, the same variants, the same cells. Each step
 * is taken to go as its file means it to. Pure.
 */
export function predictExperiment(experiment: Experiment, lab: Circumstance): readonly StepForetold[] {
  let world = worldAtStart(experiment, lab);
  const steps = experiment.steps.filter(({ when }) => conditionHolds(lab, when));
  return steps.map((step): StepForetold => {
    const { action } = step;
    const asked = action.kind === 'probe' ? (variantOf(lab, action.probe)?.cells ?? []) : [];
    const cells = asked.map((cell) => ({
      cell,
      probes: (action.kind === 'probe' ? questionsOf(action.probe, cell) : []).map((question) => ({
        question,
        prediction: predict(world, question),
      })),
    }));
    world = afterStep(world, experiment, action);
    return { step, cells };
  });
}
