import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { removeContainers } from '../../src/experiment/removal.ts';
import type { Engine } from '../../src/fabric/engine-port.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** An engine of which each removal takes so long, and of which some containers are refused until so many are gone. */
function engineOf(count: number, takesMs: number, refuses: (id: string, left: number) => boolean): Engine {
  const left = new Set(Array.from({ length: count }, (_, at) => `c${at}`));
  return {
    listContainers: async () => [...left].map((id) => ({ id, name: id })),
    removeContainer: async (id: string) => {
      vi.advanceTimersByTime(takesMs);
      if (refuses(id, left.size)) throw new Error(`${id} is in use`);
      left.delete(id);
    },
  } as unknown as Engine;
}

const remove = (engine: Engine, removed?: () => void) =>
  removeContainers({ node: 'm1', engine, label: 'l', removed }, new AbortController().signal);

async function settled(promise: Promise<void>): Promise<unknown> {
  const ended = promise.then(
    () => 'gone',
    (error: unknown) => error,
  );
  await vi.runAllTimersAsync();
  return ended;
}

it('goes on for as long as there are fewer, however long that takes', async () => {
  const removed = vi.fn();
  // The first is refused until it is the last: 100 removals of 2 s each are far more than it may be quiet.
  const engine = engineOf(100, 2_000, (id, left) => id === 'c0' && left > 1);
  await expect(settled(remove(engine, removed))).resolves.toBe('gone');
  expect(removed).toHaveBeenCalledTimes(100);
});

it('gives up with what the engine says where none goes any more', async () => {
  const stays = engineOf(3, 2_000, (id) => id === 'c1');
  await expect(settled(remove(stays))).resolves.toMatchObject({
    code: 'wait.timeout',
    message: 'gave up after 25 s waiting for containers to be removed from m1: c1 is in use',
  });
});

it('gives up on one that is said to be removed and listed again, too', async () => {
  const engine = { ...engineOf(2, 1_000, (id) => id === 'c0') } as Engine;
  const haunted = {
    ...engine,
    listContainers: async () => [
      { id: 'c0', name: 'c0' },
      { id: 'ghost', name: 'ghost' },
    ],
  } as Engine;
  await expect(settled(remove(haunted))).resolves.toMatchObject({ code: 'wait.timeout' });
});

it('waits until what it removed is listed no more: a swarm forgets a network after it said so', async () => {
  let looks = 0;
  const slow = {
    listContainers: async () => (++looks < 4 ? [{ id: 'c0', name: 'c0' }] : []),
    removeContainer: async () => undefined,
  } as unknown as Engine;
  const removed = vi.fn();
  await expect(settled(remove(slow, removed))).resolves.toBe('gone');
  expect(looks).toBe(4);
  expect(removed).toHaveBeenCalledTimes(1);
});
