import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPatience } from '../../src/core/patience.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const about = { quietMs: 1_000, awaiting: 'the crowd to go' };

it('lasts as long as something is done, and ends when nothing is', () => {
  using patience = createPatience({ ...about, signal: new AbortController().signal });
  for (let step = 0; step < 50; step += 1) {
    vi.advanceTimersByTime(900);
    patience.progressed();
  }
  expect(patience.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1_000);
  expect(patience.signal.reason).toMatchObject({
    code: 'wait.timeout',
    message: 'gave up after 1 s waiting for the crowd to go, of which nothing came',
  });
  patience.progressed();
  expect(patience.signal.aborted).toBe(true);
});

it('ends with the signal that it was given, before and after it was put off', () => {
  const controller = new AbortController();
  using patience = createPatience({ ...about, signal: controller.signal });
  patience.progressed();
  controller.abort(new Error('interrupted'));
  expect(patience.signal.reason).toEqual(new Error('interrupted'));
  using late = createPatience({ ...about, signal: controller.signal });
  expect(late.signal.aborted).toBe(true);
});

it('leaves no clock behind', () => {
  const patience = createPatience({ ...about, signal: new AbortController().signal });
  patience.progressed();
  patience[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});
