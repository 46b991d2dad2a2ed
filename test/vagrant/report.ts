import { appendFileSync } from 'node:fs';

/** A line of the run's report (SWARMLAB_TEST_REPORT): how long something took, which no test asserts. */
export function note(what: string, durationMs: number): void {
  const file = process.env.SWARMLAB_TEST_REPORT;
  if (file !== undefined) appendFileSync(file, `| ${what} | ${Math.round(durationMs / 1000)} s |\n`);
}
