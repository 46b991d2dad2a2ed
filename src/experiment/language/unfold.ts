import { formatPath, type PathPart } from '../../config/locate.ts';
import type { PlacedCell } from './cells.ts';
import { namesMeant } from './members.ts';
import { type Reading, wrongTable } from './reading.ts';

/**
 * What one probe may ask for: each pair is up to three probes, a row of the result for each, and all of them in memory.
 * `swarmlab probe` keeps nothing but what it saw, and asks a million.
 */
const mostPairs = 20_000;

/** Each pair by itself where an end stands for many. `several`: whether what was written can name a pair twice. */
export function unfold(
  reading: Reading,
  cells: readonly PlacedCell[],
  path: readonly PathPart[],
  several: boolean,
): PlacedCell[] {
  const meant = (end: string) => namesMeant(reading.roster, end);
  const pairs = cells.reduce((sum, { from, to }) => sum + meant(from).length * meant(to).length, 0);
  if (pairs > mostPairs) {
    const message = `it asks about ${pairs} pairs, and ${mostPairs} is the most`;
    wrongTable(reading, path, null, message, 'ask some of them; swarmlab probe asks all that run');
    return [];
  }
  const all = cells.flatMap((cell) =>
    meant(cell.from).flatMap((from) => meant(cell.to).map((to) => ({ ...cell, from, to }))),
  );
  if (!several) return all;
  const seen = new Set<string>();
  const told = new Set<string>();
  for (const cell of all) {
    const pair = `${cell.from} -> ${cell.to}`;
    // Of a line that repeats many pairs the first is enough.
    const place = formatPath(cell.path);
    if (seen.has(pair) && !told.has(place)) {
      told.add(place);
      wrongTable(reading, cell.path, cell.position, `${pair} is there twice`, 'keep one of them');
    }
    seen.add(pair);
  }
  return all;
}
