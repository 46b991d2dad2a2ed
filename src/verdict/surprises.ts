import type { Direction, DriverId, Ring } from '../experiment/types.ts';
import { wasReached } from './reach.ts';
import type { CellResult, DriverResult, RingResults } from './types.ts';

/** A cell that most people would have guessed otherwise, whether or not the model expects it. */
export interface Surprise {
  kind: 'crosses-hosts' | 'open-to-the-lan' | 'own-node-apart';
  ring: Ring;
  direction: Direction;
  /** Why it is so; null where what was seen is not what the rule says. */
  because: string | null;
}

type Facts = Pick<DriverResult, 'id' | 'declaredScope' | 'rings'>;

/** Out of the cells alone, in the order in which they are told. */
export function surprisesOf({ id, declaredScope, rings }: Facts): readonly Surprise[] {
  const surprises: Surprise[] = [];
  const add = (kind: Surprise['kind'], ring: Ring, direction: Direction) => {
    surprises.push({ kind, ring, direction, because: reasonOf(rings[ring][direction].ip) });
  };
  if (declaredScope === 'local' && hasOwnAddresses(id)) {
    if (wasReached(rings, 'peer', 'out', 'ip')) add('crosses-hosts', 'peer', 'out');
    if (wasReached(rings, 'lan', 'in', 'ip')) add('open-to-the-lan', 'lan', 'in');
  }
  for (const direction of ['out', 'in'] as const) {
    if (isApart(rings, direction)) add('own-node-apart', 'node', direction);
  }
  return surprises;
}

/** The own node is not reached, though a machine farther away is. */
function isApart(rings: RingResults, direction: Direction): boolean {
  const own = rings.node[direction].ip;
  if (own === null || own.outcome === 'reached' || own.outcome === 'not-measured') return false;
  return (['peer-node', 'lan', 'world'] as const).some((ring) => wasReached(rings, ring, direction, 'ip'));
}

/** On the host network the addresses are the node's, so that crossing hosts surprises nobody. */
function hasOwnAddresses(id: DriverId): boolean {
  return id !== 'host' && id !== 'none';
}

function reasonOf(cell: CellResult | null): string | null {
  return cell?.verdict === 'as-expected' ? cell.rule.sentence : null;
}
