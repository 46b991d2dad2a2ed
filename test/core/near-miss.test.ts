import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/core/duration.ts';
import { editDistance, nearMiss } from '../../src/core/near-miss.ts';

it.each([
  ['stats', ['status', 'up'], 'status'],
  ['naem', ['name', 'role'], 'name'],
  ['managrs', ['managers', 'workers'], 'managers'],
  ['qqqq', ['name', 'role'], null],
  ['x', [], null],
])('%s among %j is %s', (word, candidates, near) => {
  expect(nearMiss(word, candidates)).toBe(near);
});

it('is a distance', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

it.each([
  ['90s', 90_000],
  ['10m', 600_000],
  ['500ms', 500],
  ['24h', 86_400_000],
  ['25h', null],
  ['0s', null],
  ['90', null],
  ['1.5m', null],
  ['-1s', null],
  [' 1s', null],
])('the duration %j is %j ms', (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs);
});

it.each([
  [850, '850 ms'],
  [4210, '4.2 s'],
  [600_000, '10 min'],
  [90_000, '1 min 30 s'],
])('%i ms reads %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});
