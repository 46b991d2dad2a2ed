import type { Claim } from './claims.ts';
import { conflictOf } from './claims.ts';

/** `beside` others; `alone` in the lab; in a lab of its own (`own-lab`), of which there is one at a time. */
export type Lane = 'beside' | 'alone' | 'own-lab';

export interface Job {
  id: string;
  lane: Lane;
  claims: readonly Claim[];
}

export interface Choice {
  start: readonly Job[];
  /** Why the others wait, by id: whom for, or what. */
  waiting: ReadonlyMap<string, string>;
}

/**
 * Which of the pending jobs start now. Those that run side by side come first, at most `atOnce`, never two that want the same;
 * then those that need the lab for themselves, one by one, and beside those the ones with labs of their own: machines that
 * are being made would disturb measurements. Pure.
 */
export function chooseJobs(pending: readonly Job[], running: readonly Job[], atOnce: number): Choice {
  const start: Job[] = [];
  const waiting = new Map<string, string>();
  const active = () => [...running, ...start];
  const besides = pending.some(({ lane }) => lane === 'beside') || running.some(({ lane }) => lane === 'beside');
  for (const job of pending) {
    const reason = reasonToWait(job, active(), besides, atOnce);
    if (reason === null) start.push(job);
    else waiting.set(job.id, reason);
  }
  return { start, waiting };
}

function reasonToWait(job: Job, active: readonly Job[], besides: boolean, atOnce: number): string | null {
  switch (job.lane) {
    case 'beside': {
      const alone = active.find(({ lane }) => lane === 'alone');
      if (alone !== undefined) return alone.id;
      for (const other of active) {
        const conflict = other.lane === 'beside' ? conflictOf(other.claims, job.claims) : null;
        if (conflict !== null) return `${other.id} (${conflict})`;
      }
      return active.filter(({ lane }) => lane === 'beside').length >= atOnce ? 'its turn' : null;
    }
    case 'alone': {
      const other = active.find(({ lane }) => lane === 'alone');
      return other?.id ?? (besides ? 'those that run side by side' : null);
    }
    case 'own-lab': {
      const other = active.find(({ lane }) => lane === 'own-lab');
      return other?.id ?? (besides ? 'those that run side by side' : null);
    }
  }
}

/** Runs all, as many at once as may; settles when the last has ended. A job's failure is its own: `run` must not reject but when interrupted. */
export async function runJobs<Item extends Job>(
  jobs: readonly Item[],
  atOnce: number,
  run: (job: Item) => Promise<void>,
  waits: (job: Item, reason: string) => void,
): Promise<void> {
  let pending = [...jobs];
  const running = new Map<Item, Promise<void>>();
  const told = new Map<string, string>();
  const failures: unknown[] = [];
  while (pending.length > 0 || running.size > 0) {
    const { start, waiting } =
      failures.length > 0
        ? { start: [], waiting: new Map<string, string>() }
        : chooseJobs(pending, [...running.keys()], atOnce);
    for (const job of pending.filter((one) => start.includes(one))) {
      const ended = run(job).catch((error: unknown) => {
        failures.push(error);
      });
      running.set(
        job,
        ended.finally(() => running.delete(job)),
      );
    }
    pending = failures.length > 0 ? [] : pending.filter((job) => !start.includes(job));
    for (const job of pending) {
      const reason = waiting.get(job.id) ?? '';
      if (told.get(job.id) !== reason) waits(job, reason);
      told.set(job.id, reason);
    }
    if (running.size > 0) await Promise.race(running.values());
  }
  if (failures.length > 0) throw failures[0];
}
