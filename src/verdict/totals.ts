import { cellsOf } from './rings.ts';
import type { DriverResult, Totals } from './types.ts';

export function totalsOf(drivers: readonly DriverResult[]): Totals {
  const count = (verdict: DriverResult['verdict']) => drivers.filter((driver) => driver.verdict === verdict).length;
  return {
    probes: drivers.reduce(
      (sum, { rings }) => sum + cellsOf(rings).reduce((of, { cell }) => of + Object.keys(cell.byProtocol).length, 0),
      0,
    ),
    asExpected: count('as-expected'),
    differs: count('differs'),
    notMeasured: count('not-measured'),
    skipped: count('skipped'),
  };
}
