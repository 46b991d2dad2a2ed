import { formatDuration } from './duration.ts';

/** Often enough for a person who waits, and few lines where each stays. */
const everyMs = 2_000;

/**
 * Counts what is done of so many; call what it gives after each. It tells, every two seconds at most, how many are still
 * awaited, how fast they come, and how long that will take at this rate. `now` is in milliseconds.
 */
export function createCountdown(
  what: string,
  total: number,
  tell: (text: string) => void,
  now: () => number = () => performance.now(),
): () => void {
  const startedAt = now();
  let toldAt = startedAt;
  let done = 0;
  return () => {
    done += 1;
    const at = now();
    if (done >= total || at - toldAt < everyMs) return;
    toldAt = at;
    const perMs = done / (at - startedAt);
    const left = total - done;
    const rate = Number((perMs * 1000).toPrecision(2));
    tell(
      `${left} of ${total} ${what}, ${rate} each second, ${formatDuration(Math.ceil(left / perMs / 1000) * 1000)} left`,
    );
  };
}
