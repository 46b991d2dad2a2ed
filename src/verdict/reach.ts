import { type Direction, type Ring, rings } from '../experiment/types.ts';
import type { By } from '../probe/types.ts';
import type { ContainerReach, Reach, RingResults } from './types.ts';

/** How far the containers of a network were seen to reach, out of its cells. Total. */
export function reachOf(results: RingResults): Reach {
  const out = reachedRings(results, 'out');
  const inward = reachedRings(results, 'in');
  const gaps = new Set([...gapsIn(results, 'out'), ...gapsIn(results, 'in')]);
  return {
    containersByIp: amongContainers(results, 'ip'),
    containersByName: amongContainers(results, 'name'),
    out,
    in: inward,
    gaps: rings.filter((ring) => gaps.has(ring)),
  };
}

export function wasReached(results: RingResults, ring: Ring, direction: Direction, by: By): boolean {
  return results[ring][direction][by]?.outcome === 'reached';
}

function reachedRings(results: RingResults, direction: Direction): readonly Ring[] {
  return rings.filter((ring) => wasReached(results, ring, direction, 'ip'));
}

/** Null where a farther ring was not measured, or none was: then nobody knows. */
function amongContainers(results: RingResults, by: By): ContainerReach | null {
  const asked = (['peer', 'sibling', 'self'] as const).filter((ring) => results[ring].out[by] !== null);
  for (const ring of asked) {
    const outcome = results[ring].out[by]?.outcome;
    if (outcome === 'not-measured') return null;
    if (outcome === 'reached') return ring;
  }
  return asked.length === 0 ? null : 'none';
}

/** Rings are no ladder: macvlan reaches the LAN and not its own node. What was not measured is no gap. */
function gapsIn(results: RingResults, direction: Direction): readonly Ring[] {
  const farthest = rings.findLastIndex((ring) => wasReached(results, ring, direction, 'ip'));
  return rings.filter((ring, index) => {
    const cell = results[ring][direction].ip;
    return index < farthest && cell !== null && cell.outcome !== 'reached' && cell.outcome !== 'not-measured';
  });
}
