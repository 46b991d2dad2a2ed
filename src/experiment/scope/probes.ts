import type { Aim, Probe, Protocol } from '../../probe/types.ts';
import type { Cell } from '../question.ts';
import type { Sites } from './sites.ts';
import { addressOf, nameOf, placeId, type Standing } from './standing.ts';

/** Every cell is asked with each of these. */
export const protocols: readonly Protocol[] = ['icmp', 'tcp', 'udp'];

/** One cell's probes, or why there are none. */
export interface CellProbes {
  cell: Cell;
  probes: readonly Probe[];
  missing: string | null;
}

/** The probes of a driver's cells, numbered from `firstId`. Pure. */
export function compileProbes(
  standing: Standing,
  cells: readonly Cell[],
  sites: Sites,
  firstId: number,
): readonly CellProbes[] {
  let id = firstId;
  return cells.map((cell) => {
    const aim = aimOf(standing, cell, sites);
    if (aim === null) {
      const target = nameOf(standing.fixture, cell.to, sites);
      return { cell, probes: [], missing: `the engine gave ${target} no address in the network` };
    }
    const from = placeId(standing.fixture, cell.from, sites);
    const to = placeId(standing.fixture, cell.to, sites);
    const probes = protocols.map((protocol): Probe => ({ id: id++, from, to, aim, protocol, port: null }));
    return { cell, probes, missing: null };
  });
}

function aimOf(standing: Standing, cell: Cell, sites: Sites): Aim | null {
  if (cell.question.by === 'name') return { by: 'name', name: nameOf(standing.fixture, cell.to, sites) };
  const address = addressOf(standing, cell.to, sites);
  return address === null ? null : { by: 'ip', address };
}
