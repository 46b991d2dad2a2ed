import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuild, runTool } from './build.mjs';
import { ensureNpmPackages } from './packages.mjs';
import { optionalPrograms, testPrograms } from './programs.mjs';
import { runMain, Stop, say } from './stop.mjs';
import { ensureSystemPackages, sudoLine, systemProblem } from './system-packages.mjs';
import { addCounts, clearReport, countsLine, readReport, skipComplaint } from './test-counts.mjs';

const folder = fileURLToPath(new URL('../..', import.meta.url));
const command = 'npm test';

/** `npm test`: set-up where needed, then lint, types, build, unit tests and integration tests on real engines. */
export function main(args) {
  return runMain(async () => {
    if (args.length > 0) throw new Stop(`test takes no arguments, and got ${args.join(' ')}.\n${usage}`, 2);
    const linux = process.platform === 'linux';
    const problem = linux ? systemProblem(command) : null;
    if (problem !== null) throw new Stop(problem);
    await ensureNpmPackages(folder);
    if (linux) await ensureSystemPackages({ optional: [...optionalPrograms, ...testPrograms] });

    const failedSteps = [
      ...(await step('lint', () => runTool(folder, '@biomejs/biome', 'biome', ['check', '--error-on-warnings', '.']))),
      ...(await step('types', () => runTool(folder, 'typescript', 'tsc', ['--noEmit']))),
      ...(await step('build', buildStep)),
    ];
    const results = [await runProject('unit')];
    const whyNot = reasonToSkip(linux);
    if (whyNot === null) results.push(await runProject('integration', { mayNotSkip: true }));
    else say(`\nIntegration tests skipped: ${whyNot}`);

    const total = results.map((result) => result.counts).reduce(addCounts);
    const complaints = [
      ...failedSteps.map((name) => `${name} failed`),
      ...results.flatMap((result) => result.complaints),
    ];
    for (const { name, counts } of results) say(`${name} tests: ${countsLine(counts)}`);
    for (const complaint of complaints) say(`Failed: ${complaint}`);
    closeWith(countsLine({ ...total, failed: total.failed + complaintsBeyondTests(failedSteps, results) }));
    return complaints.length === 0 ? 0 : 1;
  });
}

const usage = 'Usage: npm test    (one project or file: npx vitest run --project unit [FILE])';

/** Runs one check; gives its name when it failed, so that the others still run. */
async function step(name, action) {
  say(`\n- ${name}`);
  return (await action()).status === 0 ? [] : [name];
}

async function buildStep() {
  try {
    await ensureBuild(folder);
    return { status: 0 };
  } catch (error) {
    if (!(error instanceof Stop) || error.exitCode === 130) throw error;
    say(error.message);
    return { status: 1 };
  }
}

/** Vagrant is not on every system, and the test says so where it is not: it counts as skipped, and fails nothing. */
const maySkip = /^provider vagrant, the short part/;

async function runProject(name, { mayNotSkip = false } = {}) {
  say(`\n- ${name} tests`);
  const file = join(folder, '.cache', 'tests', `${name}.json`);
  clearReport(file);
  const { status } = await runTool(folder, 'vitest', 'vitest', [
    'run',
    `--project=${name}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const { counts, skipped } = readReport(file);
  const complaints = [];
  if (status !== 0) complaints.push(`${name} tests ended with ${status}`);
  if (counts.passed + counts.failed === 0) complaints.push(`no ${name} test was executed`);
  const forbidden = skipped.filter((test) => !maySkip.test(test));
  if (mayNotSkip && forbidden.length > 0) complaints.push(skipComplaint(name, forbidden));
  return { name, counts, complaints };
}

function reasonToSkip(linux) {
  if (!linux) return `they need Linux, with real engines in its namespaces, and this is ${process.platform}.`;
  if (process.getuid() === 0) return null;
  return `they make network namespaces and run engines in them, which takes root. With them:\n\n  ${sudoLine(command)}\n`;
}

/** What failed without any test being to blame still has to show in the closing line. */
function complaintsBeyondTests(failedSteps, results) {
  return (
    failedSteps.length + results.filter(({ counts, complaints }) => counts.failed === 0 && complaints.length > 0).length
  );
}

/** The closing line goes to standard output, or to the file that the caller named, to be printed by it. */
function closeWith(line) {
  const file = process.env.SWARMLAB_TEST_SUMMARY;
  if (file) writeFileSync(file, `${line}\n`);
  else process.stdout.write(`${line}\n`);
}
