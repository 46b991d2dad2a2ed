import { expect, it } from 'vitest';
import { addCounts, countReport, countsLine, readReport } from '../../scripts/setup/test-counts.mjs';

const file = (status, ...tests) => ({
  name: 'x.test.ts',
  status,
  assertionResults: tests.map((state) => ({ status: state, fullName: `a test that ${state}` })),
});

it('counts tests, and names those that were skipped', () => {
  const report = { testResults: [file('failed', 'passed', 'failed'), file('passed', 'passed', 'pending', 'todo')] };
  expect(countReport(report)).toEqual({
    counts: { passed: 2, failed: 1, skipped: 2 },
    skipped: ['a test that pending', 'a test that todo'],
  });
});

it('counts a file that could not be loaded as a failure', () => {
  expect(countReport({ testResults: [file('failed')] }).counts).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

it('takes no report for no tests', () => {
  expect(readReport('no-such-report.json').counts).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

it('adds projects up in the closing line', () => {
  const sum = addCounts({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
  expect(countsLine(sum)).toBe('11 passed, 22 failed, 33 skipped');
});
