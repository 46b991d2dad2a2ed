import type { Ring } from '../experiment/types.ts';
import { gatherMissing, missing, missingOnEither, pairUp } from './diff-pairs.ts';
import type { Comparison, Difference, MeasuredDiff, MissingDifference, RingDifference, Side } from './diff-types.ts';
import { compareSeen } from './reachability.ts';
import { cellsOf, type PlacedCell } from './rings.ts';
import type { DriverResult, ScopeDocument } from './types.ts';

type Counts = Pick<Comparison['totals'], 'probes' | 'notMeasured'>;

/** Drivers by id, cells by their place in the rings: names and addresses of nodes play no part. Pure. */
export function diffScope(a: ScopeDocument, b: ScopeDocument): MeasuredDiff {
  const id = (driver: DriverResult) => driver.id;
  const { both, onlyA, onlyB } = pairUp(a.drivers, b.drivers, id, id);
  const lacking: MissingDifference[] = [
    ...missingOnEither(onlyA.map(id), onlyB.map(id), { what: 'driver' }),
    ...diffGaps(a, b),
  ];
  const unplaced = new Set([...a.gaps, ...b.gaps].flatMap((gap) => gap.rings));
  const differences: Difference[] = [];
  const sentences: { subject: string; a: string; b: string }[] = [];
  const counts = { probes: 0, notMeasured: 0 };
  let subjects = 0;
  for (const [left, right] of both) {
    const subject = left.id;
    const whyA = whyUnmeasured(left);
    const whyB = whyUnmeasured(right);
    if (whyA !== null || whyB !== null) {
      if (whyB === null) lacking.push(...missing('b', [subject], { what: 'driver', why: whyA }));
      else if (whyA === null) lacking.push(...missing('a', [subject], { what: 'driver', why: whyB }));
      else if (causeOf(left) !== causeOf(right))
        differences.push({ kind: 'skipped', subject, step: null, a: whyA, b: whyB });
      else if (left.skipped === null) counts.notMeasured += cellsOf(left.rings).length * 3;
      continue;
    }
    subjects += 1;
    const own = diffDriver(left, right, unplaced, counts);
    differences.push(...own);
    if (own.length > 0 && left.sentence !== right.sentence)
      sentences.push({ subject, a: left.sentence, b: right.sentence });
  }
  const totals = { subjects, ...counts, checks: 0, differences: 0, missing: 0 };
  return { differences: [...differences, ...gatherMissing(lacking)], sentences, totals };
}

/** Machines that one of the labs lacks, once: not for each cell that is null without them. */
function diffGaps(a: ScopeDocument, b: ScopeDocument): readonly MissingDifference[] {
  const without = (one: ScopeDocument, other: ScopeDocument, side: Side) =>
    one.gaps.flatMap(({ rings: gap, reason }) => {
      const known = new Set(other.gaps.flatMap((each) => each.rings));
      return missing(
        side,
        gap.filter((ring) => !known.has(ring)),
        { what: 'ring', why: reason },
      );
    });
  return [...without(b, a, 'a'), ...without(a, b, 'b')];
}

/** Null where anything of it was measured. */
function whyUnmeasured({ skipped, rings: results, verdict }: DriverResult): string | null {
  if (skipped !== null) return skipped.sentence;
  if (verdict === 'skipped') return 'Skipped.';
  const cells = cellsOf(results);
  const seen = cells.flatMap(({ cell }) => Object.values(cell.byProtocol));
  if (seen.some(({ outcome }) => outcome !== 'not-measured')) return null;
  return seen[0] === undefined ? null : `Not measured: ${seen[0].detail}`;
}

/** What makes two reasons one: the features, wherever they lack. */
function causeOf({ skipped }: DriverResult): string {
  return skipped === null ? 'not measured' : [...new Set(skipped.missing.map(({ feature }) => feature))].sort().join();
}

function diffDriver(a: DriverResult, b: DriverResult, unplaced: ReadonlySet<Ring>, counts: Counts): Difference[] {
  const subject = a.id;
  const placed = (driver: DriverResult) => cellsOf(driver.rings).filter(({ ring }) => !unplaced.has(ring));
  const key = ({ ring, direction, by }: PlacedCell) => `${ring} ${direction} ${by}`;
  const { both, onlyA, onlyB } = pairUp(placed(a), placed(b), key, key);
  const value = (kind: 'declared-scope' | 'verdict', left: string | null, right: string | null) =>
    left === right ? [] : [{ kind, subject, step: null, a: left, b: right } as const];
  return [
    ...value('declared-scope', a.declaredScope, b.declaredScope),
    ...both.flatMap(([left, right]) => diffCell(subject, left, right, counts)),
    ...missingOnEither(onlyA.map(key), onlyB.map(key), { what: 'cell', subject }),
    ...value('verdict', a.verdict, b.verdict),
  ];
}

function diffCell(subject: string, a: PlacedCell, b: PlacedCell, counts: Counts): readonly RingDifference[] {
  const { ring, direction, by } = a;
  const protocols = (['icmp', 'tcp', 'udp'] as const).flatMap((protocol) => {
    const [left, right] = [a.cell.byProtocol[protocol], b.cell.byProtocol[protocol]];
    countProbe([left, right], counts);
    return compareSeen(protocol, by, left, right) ?? [];
  });
  return protocols.length === 0 ? [] : [{ kind: 'ring', subject, ring, direction, by, protocols }];
}

/** Counts a probe that both have. */
export function countProbe(pair: readonly { outcome: string }[], counts: Counts): void {
  if (pair.some(({ outcome }) => outcome === 'not-measured')) counts.notMeasured += 1;
  else counts.probes += 1;
}
