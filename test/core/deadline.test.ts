import { describe, expect, it } from 'vitest';
import { deadline, raceSignal, waitFor } from '../../src/core/deadline.ts';
import { LabError } from '../../src/core/errors.ts';

const never = new AbortController().signal;

describe('waitFor', () => {
  it('gives the value as soon as it is there', async () => {
    let looks = 0;
    const value = await waitFor(
      { signal: never, timeoutMs: 5_000, awaiting: 'the third look', pollMs: 1 },
      async () => {
        looks += 1;
        return looks === 3 ? { value: 'seen' } : { pending: `look ${looks}` };
      },
    );
    expect([value, looks]).toEqual(['seen', 3]);
  });

  it('says what it waited for and what was missing last', async () => {
    const waited = waitFor(
      { signal: never, timeoutMs: 5, awaiting: 'a swarm', hint: 'swarmlab ports', pollMs: 1 },
      async () => ({
        pending: 'w1 is down',
      }),
    );
    const error = await waited.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({ code: 'wait.timeout', exitStatus: 3, hint: 'swarmlab ports' });
    expect((error as LabError).message).toMatch(/waiting for a swarm: w1 is down$/);
  });

  it('ends with the reason of the signal, also between two looks', async () => {
    const controller = new AbortController();
    const waited = waitFor(
      { signal: controller.signal, timeoutMs: 60_000, awaiting: 'nothing', pollMs: 60_000 },
      async () => {
        queueMicrotask(() => controller.abort(new Error('enough')));
        return { pending: 'never' };
      },
    );
    await expect(waited).rejects.toThrow('enough');
  });
});

describe('deadline', () => {
  it('aborts with what is awaited at that moment', async () => {
    let awaited = 'the engines';
    const limit = deadline({ signal: never, timeoutMs: 1, awaiting: () => awaited });
    awaited = 'the swarm';
    await expect(raceSignal(new Promise(() => undefined), limit)).rejects.toThrow('waiting for the swarm');
  });

  it('passes on an abort, and none once it is disposed', () => {
    const controller = new AbortController();
    const passed = deadline({ signal: controller.signal, timeoutMs: 60_000, awaiting: 'x' });
    const disposed = deadline({ signal: controller.signal, timeoutMs: 60_000, awaiting: 'x' });
    disposed[Symbol.dispose]();
    controller.abort(new Error('enough'));
    expect(passed.reason).toEqual(new Error('enough'));
    expect(disposed.aborted).toBe(false);
  });
});
