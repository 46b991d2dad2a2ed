import { type ExitStatus, exitStatus } from '../core/errors.ts';
import type { RunDocument } from '../verdict/run-types.ts';

/** 1 when something differs, else 3 when something could not be measured, else 0; what is skipped was answered. */
export function runExitStatus({ totals }: Pick<RunDocument, 'totals'>): ExitStatus {
  if (totals.differs > 0) return exitStatus.finding;
  if (totals.notMeasured > 0) return exitStatus.couldNotBeDone;
  return exitStatus.asExpected;
}
