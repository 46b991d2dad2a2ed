import type { CellDefinition, Experiment, StepDefinition } from '../experiment/language/definition.ts';
import { type Asking, type CellQuestion, questionsOf } from '../experiment/language/questions.ts';
import { conditionHolds, variantOf } from '../experiment/run/condition.ts';
import type { Protocol } from '../probe/types.ts';
import { predictorOf } from './alike.ts';
import type { Prediction } from './rule.ts';
import { type Circumstance, worldAtStart } from './start.ts';
import { afterStep } from './steps.ts';
import type { World } from './world.ts';

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
    const cells = action.kind === 'probe' ? predictCells(world, action.probe, asked) : [];
    world = afterStep(world, experiment, action);
    return { step, cells };
  });
}

function predictCells(world: World, asking: Asking, cells: readonly CellDefinition[]): readonly CellForetold[] {
  const predictors = new Map<Protocol, ReturnType<typeof predictorOf>>();
  const predictorFor = (question: CellQuestion) => {
    const predictPair = predictors.get(question.protocol) ?? predictorOf(world, question);
    predictors.set(question.protocol, predictPair);
    return predictPair;
  };
  return cells.map((cell) => ({
    cell,
    probes: questionsOf(asking, cell).map((question) => ({
      question,
      prediction: predictorFor(question)(question.from, question.to),
    })),
  }));
}
