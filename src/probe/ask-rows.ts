import type { Ask, AskRow } from './protocol.ts';

/** The agents keep what a row needs while it is asked. */
const longestRow = 16_384;

/** The probes of a batch as their agents read them: what is asked once, and for each place which of it. */
export interface AskPlan {
  asks: readonly Ask[];
  /** By machine. */
  rows: ReadonlyMap<string, readonly AskRow[]>;
  /** The number that a probe has on the wire, by its place in the batch; `notAsked` for one that was not added. */
  numbers: Uint32Array;
}

export const notAsked = 0xffffffff;

interface Row {
  machine: string;
  place: string;
  runs: number[];
  length: number;
  first: number;
}

/**
 * Gathers probes into rows, one for each place and way of asking, so that a million pairs are a thousand lists with
 * most of their asks in common. `count` probes are added, by their place in the batch.
 */
export function createAskRows(count: number) {
  const asks: Ask[] = [];
  const byAim = new Map<string, number[]>();
  const open = new Map<string, Map<string, Row>>();
  const rows: Row[] = [];
  const rowOf = new Uint32Array(count).fill(notAsked);
  const placeInRow = new Uint32Array(count);

  const numberOf = (by: Ask[0], aim: string, protocol: Ask[2], port: Ask[3], mode: Ask[4]): number => {
    const same = byAim.get(aim) ?? [];
    for (const number of same) {
      const ask = asks[number];
      if (ask?.[0] === by && ask[2] === protocol && ask[3] === port && ask[4] === mode) return number;
    }
    if (same.length === 0) byAim.set(aim, same);
    asks.push([by, aim, protocol, port, mode]);
    same.push(asks.length - 1);
    return asks.length - 1;
  };

  const rowFor = (machine: string, place: string, way: string): number => {
    const ways = open.get(place) ?? new Map<string, Row>();
    open.set(place, ways);
    const known = ways.get(way);
    if (known !== undefined && known.length < longestRow) return known.first;
    // Until all are gathered `first` is the row's own number.
    const row = { machine, place, runs: [], length: 0, first: rows.length };
    ways.set(way, row);
    rows.push(row);
    return row.first;
  };

  return {
    add: (at: number, machine: string, place: string, ...[by, aim, protocol, port, mode]: Ask): void => {
      const ask = numberOf(by, aim, protocol, port, mode);
      const number = rowFor(machine, place, protocol === 'icmp' && mode === 'echo' ? by : 'other');
      const row = rows[number] as Row;
      const { runs } = row;
      const last = runs.length - 2;
      if (last >= 0 && (runs[last] ?? 0) + (runs[last + 1] ?? 0) === ask) runs[last + 1] = (runs[last + 1] ?? 0) + 1;
      else runs.push(ask, 1);
      rowOf[at] = number;
      placeInRow[at] = row.length;
      row.length += 1;
    },
    plan: (): AskPlan => {
      let next = 0;
      const byMachine = new Map<string, AskRow[]>();
      for (const row of rows) {
        row.first = next;
        next += row.length;
        const own = byMachine.get(row.machine) ?? [];
        byMachine.set(row.machine, own);
        own.push([row.place, row.first, row.runs]);
      }
      const numbers = rowOf.map((number, at) => {
        const row = rows[number];
        return row === undefined ? notAsked : row.first + (placeInRow[at] ?? 0);
      });
      return { asks, rows: byMachine, numbers };
    },
  };
}
