import { LabError } from '../core/errors.ts';
import { runStep } from '../core/steps.ts';
import type { Snapshots } from '../provider/provider.ts';
import type { SnapshotDocument, StatusDocument } from '../report/documents.ts';
import type { LabContext } from './context.ts';
import { forgetFaults, refuseBroken } from './known-faults.ts';
import { withLock } from './lock.ts';
import { type OpenLab, openLab } from './open.ts';
import { heal } from './up.ts';

/** Keeps the state of every machine under that name, in place of what had it. Not of a lab in which something is broken on purpose. */
export async function saveSnapshot(context: LabContext, name: string): Promise<SnapshotDocument> {
  const startedAt = performance.now();
  return await withLock(context, 'snapshot save', async () => {
    const lab = await openLab(context);
    const snapshots = snapshotsOf(lab);
    await refuseBroken(context);
    await runStep(context.runSteps, `Save snapshot ${name}`, (awaiting) => snapshots.save(name, awaiting));
    return documentOf(lab, await snapshots.list(), startedAt);
  });
}

/** The machines as they were, before anything was broken on purpose since; then clocks and swarm are put right, and everything is seen to work, as `up` does. */
export async function restoreSnapshot(context: LabContext, name: string): Promise<StatusDocument> {
  return await withLock(context, 'snapshot restore', async () => {
    const lab = await openLab(context);
    const snapshots = snapshotsOf(lab);
    await runStep(context.runSteps, `Restore snapshot ${name}`, (awaiting) => snapshots.restore(name, awaiting));
    await forgetFaults(context);
    return await heal(context, lab.state);
  });
}

export async function listSnapshots(context: LabContext): Promise<SnapshotDocument> {
  const startedAt = performance.now();
  const lab = await openLab(context);
  return documentOf(lab, await snapshotsOf(lab).list(), startedAt);
}

function documentOf(lab: OpenLab, snapshots: readonly string[], startedAt: number): SnapshotDocument {
  return {
    schema: 'swarmlab/snapshots@1',
    lab: lab.plan.lab,
    snapshots,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

function snapshotsOf({ plan, provider }: OpenLab): Snapshots {
  if (provider.snapshots !== null) return provider.snapshots;
  throw new LabError({
    code: 'snapshot.not-here',
    message: `provider ${provider.kind} has no snapshots: a lab of namespaces is made anew in seconds`,
    hint: `swarmlab down --lab ${plan.lab}, then swarmlab up --lab ${plan.lab}`,
  });
}
