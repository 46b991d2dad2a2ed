import { LabError } from '../core/errors.ts';
import type { Experiment } from '../experiment/language/definition.ts';
import type { LabPlan } from '../plan/types.ts';
import type { OwnBench } from '../run.ts';
import type { LabContext } from './context.ts';

export async function openOwnLab(
  _context: LabContext,
  _plan: LabPlan,
  experiment: Experiment,
  _awaiting: (what: string) => void,
): Promise<OwnBench> {
  throw new LabError({ code: 'run.own-lab', message: `${experiment.id} needs a lab of its own, and those are not made yet` });
}
