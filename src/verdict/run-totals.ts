import type { ExperimentResult, RunTotals } from './run-types.ts';

export function runTotals(experiments: readonly ExperimentResult[]): RunTotals {
  const count = (verdict: ExperimentResult['verdict']) => experiments.filter((one) => one.verdict === verdict).length;
  const steps = experiments.flatMap((one) => one.steps);
  return {
    experiments: experiments.length,
    probes: steps.reduce((sum, { probes }) => sum + probes.length, 0),
    checks: steps.reduce((sum, { checks }) => sum + checks.length, 0),
    asExpected: count('as-expected'),
    differs: count('differs'),
    notMeasured: count('not-measured'),
    skipped: count('skipped'),
  };
}
