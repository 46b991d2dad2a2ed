import { readFileSync, rmSync } from 'node:fs';

const nothing = { passed: 0, failed: 0, skipped: 0 };

/**
 * Counts of one run from vitest's JSON report, and the full names of what was skipped. A file that failed outside
 * its tests (it could not be loaded, say) counts as one failure. `report` is the parsed report.
 */
export function countReport(report) {
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({ ...test, file: file.name })),
  );
  const failedFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  return {
    counts: {
      passed: tests.filter((test) => test.status === 'passed').length,
      failed: tests.filter((test) => test.status === 'failed').length + failedFiles.length,
      skipped: skipped.length,
    },
    skipped: skipped.map((test) => test.fullName),
  };
}

/** Takes a report away before its run, so that an old one is never read for a new one. */
export function clearReport(file) {
  rmSync(file, { force: true });
}

/** Reads the report of a run; without one, nothing was executed. */
export function readReport(file) {
  try {
    return countReport(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { counts: nothing, skipped: [] };
  }
}

export function addCounts(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

export function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** What there is to say about skipped tests where none may be skipped. */
export function skipComplaint(name, skipped) {
  return `${skipped.length} ${name} tests were skipped, and here, as root on Linux, none may be:\n${skipped.map((test) => `  ${test}`).join('\n')}`;
}
