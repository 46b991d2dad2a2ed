import { holdLock } from '../core/lock.ts';
import type { LabContext } from './context.ts';
import { lockPath } from './state.ts';

const lockTimeoutMs = 10 * 60_000;

/** Runs `work` while no other process changes the lab; waits for one that does, and says who it is. */
export async function withLock<T>(context: LabContext, verb: string, work: () => Promise<T>): Promise<T> {
  let shown = '';
  await using _lock = await holdLock({
    path: lockPath(context.stateHome, context.lab),
    verb,
    signal: context.signal,
    timeoutMs: lockTimeoutMs,
    awaiting: (what) => {
      if (what !== shown) context.note(`Waiting for ${what}.`);
      shown = what;
    },
  });
  return await work();
}
