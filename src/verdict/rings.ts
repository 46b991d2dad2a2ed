import type { CellSeen } from '../experiment/scope/measure.ts';
import { type Ring, rings } from '../experiment/types.ts';
import { expectCell } from '../model/expect.ts';
import type { Circumstances } from '../model/expectation.ts';
import { judgeCell } from './judge.ts';
import type { CellResult, RingResult, RingResults } from './types.ts';

function emptyRing(): RingResult {
  return { out: { ip: null, name: null }, in: { ip: null, name: null } };
}

/** Every ring, and no cell in any: what a skipped driver has. */
export function emptyRings(): Record<Ring, RingResult> {
  return Object.fromEntries(rings.map((ring) => [ring, emptyRing()])) as Record<Ring, RingResult>;
}

/** Judges each cell that was asked and puts it into its place. */
export function fillRings(cells: readonly CellSeen[], circumstances: Circumstances): RingResults {
  const filled = emptyRings();
  for (const { cell, from, to, aim, observations, cause } of cells) {
    const { ring, direction, by } = cell.question;
    const seen = (protocol: 'icmp' | 'tcp' | 'udp') => {
      const found = observations.find((one) => one.protocol === protocol);
      if (found === undefined) return nothingSeen;
      const { protocol: _protocol, ...rest } = found;
      return rest;
    };
    const byProtocol = { icmp: seen('icmp'), tcp: seen('tcp'), udp: seen('udp') };
    const judged = judgeCell(byProtocol, expectCell(cell.question, circumstances), { from, to, aim });
    filled[ring][direction][by] = cause === undefined ? judged : { ...judged, cause };
  }
  return filled;
}

const nothingSeen = {
  outcome: 'not-measured',
  detail: 'it was not asked',
  address: null,
  responder: null,
  rttMs: null,
  attempts: [],
} as const;

export interface PlacedCell {
  ring: Ring;
  direction: 'out' | 'in';
  by: 'ip' | 'name';
  cell: CellResult;
}

/** All cells of a driver that have a meaning, in the rings' order. */
export function cellsOf(results: RingResults): readonly PlacedCell[] {
  return rings.flatMap((ring) =>
    (['out', 'in'] as const).flatMap((direction) =>
      (['ip', 'name'] as const).flatMap((by) => {
        const cell = results[ring][direction][by];
        return cell === null ? [] : [{ ring, direction, by, cell }];
      }),
    ),
  );
}
