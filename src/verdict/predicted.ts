import type { Experiment } from '../experiment/language/definition.ts';
import { predictExperiment } from '../model/experiment.ts';
import type { Circumstance } from '../model/start.ts';
import { isWithin } from './experiment.ts';
import type { PredictDocument, PredictedExperiment, PredictedProbe } from './predict-types.ts';
import type { ExperimentResult } from './run-types.ts';

/** What the model says of an experiment in a lab, beside what its file says. Pure. */
export function foretell(
  experiment: Experiment,
  lab: Circumstance,
  skipped: ExperimentResult['skipped'],
): PredictedExperiment {
  const steps = predictExperiment(experiment, lab).map(({ step, cells }) => {
    const { title, because, see, line, action } = step;
    const probes = cells.flatMap(({ cell, probes: ofCell }) =>
      ofCell.map(({ question, prediction }): PredictedProbe => {
        const { from, to, by, protocol, port } = question;
        const { expected, rule } = prediction;
        const agrees = expected === 'undecided' ? null : isWithin(expected, cell.expected);
        return { from, to, by, protocol, port, expected, rule, stated: cell.expected, agrees };
      }),
    );
    return { title, because, see, kind: action.kind, line, probes };
  });
  return { id: experiment.id, title: experiment.title, skipped, steps };
}

/** Of those that are not skipped. */
export function predictTotals(experiments: readonly PredictedExperiment[]): PredictDocument['totals'] {
  const taken = experiments.filter(({ skipped }) => skipped === null);
  const probes = taken.flatMap(({ steps }) => steps.flatMap((step) => step.probes));
  const count = (agrees: boolean | null) => probes.filter((probe) => probe.agrees === agrees).length;
  return {
    experiments: experiments.length,
    probes: probes.length,
    agree: count(true),
    disagree: count(false),
    undecided: count(null),
    skipped: experiments.length - taken.length,
  };
}
