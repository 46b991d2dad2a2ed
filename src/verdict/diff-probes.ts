import { missingOnEither, pairUp } from './diff-pairs.ts';
import { countProbe } from './diff-scope.ts';
import type { Comparison, Difference, ProbeDifference, ProtocolDifference, StepReference } from './diff-types.ts';
import { compareSeen } from './reachability.ts';
import type { ProbeResult } from './run-types.ts';

export type Counts = Pick<Comparison['totals'], 'probes' | 'notMeasured' | 'checks'>;

/** A probe as both documents call it. */
export type NamedProbe = Pick<ProbeResult, 'from' | 'to' | 'by' | 'port' | 'protocol' | 'outcome' | 'address'> & {
  name: string | null;
};

/** Probes by what was asked; those of one cell become one difference. */
export function diffProbes(
  a: readonly NamedProbe[],
  b: readonly NamedProbe[],
  place: { subject: string; step: StepReference | null },
  counts: Counts,
): readonly Difference[] {
  const key = (probe: NamedProbe) => JSON.stringify([cellOf(probe), probe.protocol]);
  const { both, onlyA, onlyB } = pairUp(a, b, key, key);
  const cells = new Map<string, { probe: NamedProbe; protocols: ProtocolDifference[] }>();
  for (const [left, right] of both) {
    countProbe([left, right], counts);
    const found = compareSeen(left.protocol, left.by, left, right);
    if (found === null) continue;
    const cell = JSON.stringify(cellOf(left));
    const known = cells.get(cell) ?? { probe: left, protocols: [] };
    cells.set(cell, { ...known, protocols: [...known.protocols, found] });
  }
  const name = (probe: NamedProbe) => cellName(probe, place.step);
  const differing = [...cells.values()].map(({ probe, protocols }): ProbeDifference => {
    const { from, to, by, port, name } = probe;
    return { kind: 'probe', ...place, from, to, by, port, name, protocols };
  });
  return [...differing, ...missingOnEither(onlyA.map(name), onlyB.map(name), { what: 'cell', ...place })];
}

function cellOf({ from, to, by, port, name }: NamedProbe): readonly unknown[] {
  return [from, to, by, port, name];
}

/** The cell in words; how it was asked is told of a matrix already. */
function cellName({ from, to, by }: NamedProbe, step: StepReference | null): string {
  if (step === null) return `${from} -> ${to}`;
  return `${from} -> ${to} ${by === 'ip' ? 'by IP' : by === 'name' ? 'by name' : 'published'}`;
}
