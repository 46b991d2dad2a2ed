import { expect, it } from 'vitest';
import { createCountdown } from '../../src/core/countdown.ts';

it('tells how many are left, how fast they come, and how long it takes, every two seconds', () => {
  const told: string[] = [];
  let nowMs = 5_000;
  const done = createCountdown(
    'containers',
    1000,
    (text) => told.push(text),
    () => nowMs,
  );
  for (let at = 0; at < 100; at += 1) {
    nowMs += 100;
    done();
  }
  expect(told).toEqual([
    '980 of 1000 containers, 10 each second, 1 min 38 s left',
    '960 of 1000 containers, 10 each second, 1 min 36 s left',
    '940 of 1000 containers, 10 each second, 1 min 34 s left',
    '920 of 1000 containers, 10 each second, 1 min 32 s left',
    '900 of 1000 containers, 10 each second, 1 min 30 s left',
  ]);
});

it('says nothing where it is over before, nor at the end', () => {
  const told: string[] = [];
  let nowMs = 0;
  const done = createCountdown(
    'containers',
    3,
    (text) => told.push(text),
    () => nowMs,
  );
  for (const at of [500, 1_000, 60_000]) {
    nowMs = at;
    done();
  }
  expect(told).toEqual([]);
});
