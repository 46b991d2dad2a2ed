import { existsSync } from 'node:fs';
import { runStep } from '../core/steps.ts';
import type { Leak } from '../provider/provider.ts';
import type { DownDocument } from '../report/documents.ts';
import type { LabContext } from './context.ts';
import { withLock } from './lock.ts';
import { remainsOf } from './provide.ts';
import { labDir, removeState } from './state.ts';

/** Everything of the lab gone, and looked for afterwards. Needs neither the config nor a state that can be read. */
export async function down(context: LabContext): Promise<DownDocument> {
  const startedAt = performance.now();
  const { removed, leaks } = await withLock(context, 'down', () => removeLab(context));
  return {
    schema: 'swarmlab/down@1',
    labs: [context.lab],
    removed,
    leaks,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

/** Removes whatever carries the lab's mark, then its state folder; then looks for what is left. */
export async function removeLab(context: LabContext): Promise<{ removed: readonly string[]; leaks: readonly Leak[] }> {
  const stateDir = labDir(context.stateHome, context.lab);
  const known = existsSync(stateDir);
  const remains = await remainsOf({ lab: context.lab, stateDir, signal: context.signal });
  const removed: string[] = [];
  await runStep(context.runSteps, `Remove lab ${context.lab}`, async () => {
    for (const each of remains) removed.push(...(await each.remove()));
    await removeState(context.stateHome, context.lab);
  });
  if (known) removed.push(`state folder ${stateDir}`);
  const leaks = await runStep(context.runSteps, 'Look for what is left', async () => {
    return (await Promise.all(remains.map((each) => each.audit()))).flat();
  });
  return { removed, leaks };
}
