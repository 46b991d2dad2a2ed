import { expect, it } from 'vitest';
import { createPool, within } from '../../src/core/pool.ts';

it('a pool within a pool keeps both limits', async () => {
  const shared = createPool(4);
  const own = [1, 2, 3].map(() => within(createPool(2), shared));
  const running = [0, 0, 0];
  let [mostOfOne, mostOfAll] = [0, 0];
  const task = (which: number) => async () => {
    running[which] = (running[which] ?? 0) + 1;
    mostOfOne = Math.max(mostOfOne, ...running);
    mostOfAll = Math.max(
      mostOfAll,
      running.reduce((sum, one) => sum + one),
    );
    await new Promise((resolve) => setImmediate(resolve));
    running[which] = (running[which] ?? 0) - 1;
  };
  await Promise.all(own.flatMap((pool, which) => Array.from({ length: 20 }, () => pool(task(which)))));
  expect([mostOfOne, mostOfAll]).toEqual([2, 4]);
});
