import pLimit from 'p-limit';

/** Runs at most `concurrency` of the given tasks at once. */
export type Pool = <T>(task: () => Promise<T>) => Promise<T>;

export function createPool(concurrency: number): Pool {
  const limit = pLimit(concurrency);
  return (task) => limit(task);
}

/** A pool within a pool: a task has its turn in both, first in its own. */
export function within(own: Pool, shared: Pool): Pool {
  return (task) => own(() => shared(task));
}

/** Every item through `task`, at most `concurrency` at once; the first failure rejects. Results keep the items' order. */
export async function mapPooled<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  task: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const pool = createPool(concurrency);
  return Promise.all(items.map((item, index) => pool(() => task(item, index))));
}

/** As `Promise.all`, but it waits for all to end before the first failure is thrown, so that nothing runs on unwatched. */
export async function settleAll<T>(promises: Iterable<Promise<T>>): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.map((result) => (result as PromiseFulfilledResult<T>).value);
}
