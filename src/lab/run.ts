import { messageOf } from '../core/errors.ts';
import { runStep } from '../core/steps.ts';
import { removeMade } from '../experiment/build/undo.ts';
import type { Experiment } from '../experiment/language/definition.ts';
import { clearFaults } from '../experiment/run/faults.ts';
import { restoreMembership } from '../experiment/run/membership.ts';
import { runExperiments } from '../run.ts';
import { swarmMembers } from '../swarm/members.ts';
import type { RunDocument, RunEvent } from '../verdict/run-types.ts';
import { openBench } from './bench.ts';
import type { LabContext } from './context.ts';
import { seeNamesAndPacketsCross } from './cross-node.ts';
import { withLock } from './lock.ts';
import { connectAll, openLab } from './open.ts';
import { openOwnLab } from './own-lab.ts';

export interface RunOptions {
  /** Leaves what was made standing, for looking around. */
  keep: boolean;
  progress?(event: RunEvent): void;
}

/** Experiments on the lab that is up, or in labs of their own; what they made is gone afterwards. */
export async function run(
  context: LabContext,
  experiments: readonly Experiment[],
  options: RunOptions,
): Promise<RunDocument> {
  return withLock(context, 'run', async () => {
    const startedAt = performance.now();
    const { signal } = context;
    const lab = await openLab(context);
    await using open = await runStep(context.runSteps, 'Connect to the nodes', (awaiting) =>
      connectAll(context, lab, awaiting),
    );
    const bench = await openBench(lab.plan, open.byMachine, signal);
    await runStep(context.runSteps, 'Remove what an earlier run left', () => sweep(bench, signal));
    const progress = options.progress ?? (() => undefined);
    const document = await runExperiments({
      bench,
      experiments,
      keep: options.keep,
      awaitHealed: (awaiting) =>
        seeNamesAndPacketsCross({
          plan: lab.plan,
          members: swarmMembers(lab.plan, open.byMachine),
          connections: open.byMachine,
          image: bench.image,
          signal,
          awaiting,
        }),
      openOwnLab: (experiment, awaiting) => openOwnLab(context, lab.plan, experiment, awaiting),
      signal,
      progress,
    });
    return { ...document, durationMs: Math.round(performance.now() - startedAt) };
  });
}

/** Removes what experiments left standing in the lab (`--keep`, or a run that was killed): one's, or all. */
export async function undoExperiments(context: LabContext, ids: readonly string[] | null): Promise<void> {
  await withLock(context, 'run', async () => {
    const lab = await openLab(context);
    await using open = await connectAll(context, lab);
    const bench = await openBench(lab.plan, open.byMachine, context.signal);
    if (ids === null) await sweep(bench, context.signal);
    else for (const id of ids) await removeMade(bench, id, context.signal);
  });
}

async function sweep(bench: Parameters<typeof removeMade>[0], signal: AbortSignal): Promise<void> {
  await Promise.all([clearFaults(bench, signal), removeMade(bench, null, signal)]);
  await restoreMembership(bench, signal, () => undefined).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error instanceof Error ? error : new Error(messageOf(error));
  });
}
