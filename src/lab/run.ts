import { type Awaiting, runStep } from '../core/steps.ts';
import type { Bench } from '../experiment/build/bench.ts';
import { countMade } from '../experiment/build/undo.ts';
import type { Experiment } from '../experiment/language/definition.ts';
import { restoreLab } from '../experiment/run/restore.ts';
import { runExperiments } from '../run.ts';
import { swarmMembers } from '../swarm/members.ts';
import type { RunDocument, RunEvent } from '../verdict/run-types.ts';
import { openBench } from './bench.ts';
import type { LabContext } from './context.ts';
import { seeNamesAndPacketsCross } from './cross-node.ts';
import { brokenOnPurpose } from './known-faults.ts';
import { withLock } from './lock.ts';
import { lookIntoStep } from './look-into.ts';
import { connectAll, openLab } from './open.ts';
import { openOwnLab } from './own-lab.ts';

export interface RunOptions {
  /** Leaves what was made standing, for looking around. */
  keep: boolean;
  /** Looks into whatever was not reached, as expected or not; otherwise only into what differs. */
  explain?: boolean;
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
    const faults = await brokenOnPurpose(context);
    await using open = await runStep(context.runSteps, 'Connect to the nodes', (awaiting) =>
      connectAll(context, lab, awaiting),
    );
    const bench = await openBench(lab.plan, open.byMachine, signal);
    await runStep(context.runSteps, 'Remove what an earlier run left', (awaiting) =>
      restore(bench, null, signal, awaiting),
    );
    const progress = options.progress ?? (() => undefined);
    const document = await runExperiments({
      bench,
      experiments,
      keep: options.keep,
      lookInto: (seen, scene) => lookIntoStep(seen, scene, options.explain === true, signal),
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
    return { ...document, ...faults, durationMs: Math.round(performance.now() - startedAt) };
  });
}

/**
 * Removes what experiments left standing in the lab (`--keep`, or a run that was killed): one's, or all. Gives how many
 * containers, networks and services there were, by experiment that was asked for (`''` for all of them).
 */
export async function undoExperiments(
  context: LabContext,
  ids: readonly string[] | null,
): Promise<ReadonlyMap<string, number>> {
  return withLock(context, 'run', async () => {
    const { signal } = context;
    const lab = await openLab(context);
    await using open = await connectAll(context, lab);
    const bench = await openBench(lab.plan, open.byMachine, signal);
    const counts = new Map<string, number>();
    return await runStep(context.runSteps, 'Remove what experiments left', async (awaiting) => {
      for (const id of ids ?? [null]) {
        counts.set(id ?? '', await countMade(bench, id, signal));
        await restore(bench, id, signal, awaiting);
      }
      return counts;
    });
  });
}

function restore(bench: Bench, experiment: string | null, signal: AbortSignal, awaiting: Awaiting): Promise<void> {
  const what = { experiment, faults: true, membership: true, hurried: false };
  return restoreLab(bench, what, signal, { awaiting, progressed: () => undefined });
}
