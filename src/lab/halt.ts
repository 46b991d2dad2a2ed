import { runStep } from '../core/steps.ts';
import type { HaltDocument } from '../report/documents.ts';
import type { LabContext } from './context.ts';
import { withLock } from './lock.ts';
import { openLab } from './open.ts';

/** Every machine of the lab stopped, its disk kept: `up` starts them again, with their containers and networks. */
export async function halt(context: LabContext): Promise<HaltDocument> {
  const startedAt = performance.now();
  return await withLock(context, 'halt', async () => {
    const lab = await openLab(context);
    const halted = await runStep(context.runSteps, 'Stop the machines', (awaiting) => lab.provider.halt(awaiting));
    return {
      schema: 'swarmlab/halt@1',
      lab: lab.plan.lab,
      halted,
      durationMs: Math.round(performance.now() - startedAt),
    };
  });
}
