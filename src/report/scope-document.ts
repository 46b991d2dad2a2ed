import { type ExitStatus, exitStatus } from '../core/errors.ts';
import type { ScopeDocument } from '../verdict/types.ts';

/** 1 when something differs, else 3 when something could not be measured, else 0; what is skipped was answered. */
export function scopeExitStatus({ totals }: Pick<ScopeDocument, 'totals'>): ExitStatus {
  if (totals.differs > 0) return exitStatus.finding;
  if (totals.notMeasured > 0) return exitStatus.couldNotBeDone;
  return exitStatus.asExpected;
}

/** The document as it is printed: JSON, one document, ending in a newline. */
export function formatScopeDocument(document: ScopeDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
