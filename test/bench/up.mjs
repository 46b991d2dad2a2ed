// `npm run bench:up [-- --runs N] [-- --workers N] [-- --scope] [-- --json]`: `swarmlab up` against bare-up.sh, which does the
// same work, in turns; what the other verbs take on that lab.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    workers: { type: 'string', default: '2' },
    scope: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [runs, workers] = [Number(values.runs), Number(values.workers)];
if (![runs, workers].every((number) => Number.isInteger(number) && number >= 1)) {
  console.error('--runs and --workers take a whole number from 1');
  process.exit(2);
}
const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'swarmlab-bench-'));
const bare = mkdtempSync(join(tmpdir(), 'swarmlab-bare-'));
const env = { ...process.env, SWARMLAB_HOME: home };

/** Of one command: what takes longer is no measurement any more, and must not keep what comes after from cleaning up. */
const longestMs = 150_000;

function timed(what, command, argv) {
  const startedAt = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(command, argv, { env, encoding: 'utf8', timeout: longestMs });
  if (status !== 0) throw new Error(`${what} ended with ${status ?? signal}\n${stdout}\n${stderr}`);
  return (performance.now() - startedAt) / 1000;
}
const swarmlab = (...argv) =>
  timed(`swarmlab ${argv[0]}`, process.execPath, [file('../../dist/cli.js'), ...argv, '--quiet']);
const script = (...argv) => timed(`bare-up.sh ${argv[0]}`, 'bash', [file('./bare-up.sh'), ...argv]);

const seconds = { up: [], bareUp: [], status: [], scope: [], down: [], help: [], experiments: [], node: [] };
const up = () => swarmlab('up', '--workers', String(workers));
try {
  // Once without measuring: both have the image in their cache from then on, and the page cache is warm.
  up();
  swarmlab('down');
  const [archive] = readdirSync(join(home, 'cache')).map((name) => join(home, 'cache', name));
  for (let run = 0; run < runs; run += 1) {
    seconds.bareUp.push(script('up', join(bare, 'lab'), archive, String(workers)));
    script('down', join(bare, 'lab'));
    seconds.up.push(up());
    for (let at = 0; at < 3; at += 1) seconds.status.push(swarmlab('status'));
    if (values.scope) seconds.scope.push(swarmlab('scope'));
    seconds.down.push(swarmlab('down'));
  }
  for (let at = 0; at < 9; at += 1) {
    seconds.node.push(timed('node', process.execPath, ['-e', '0']));
    seconds.help.push(timed('--help', process.execPath, [file('../../dist/cli.js'), '--help']));
    seconds.experiments.push(swarmlab('experiments'));
  }
} finally {
  spawnSync('bash', [file('./bare-up.sh'), 'down', join(bare, 'lab')]);
  spawnSync(process.execPath, [file('../../dist/cli.js'), 'down', '--all', '--quiet'], { env });
  rmSync(home, { recursive: true, force: true });
  rmSync(bare, { recursive: true, force: true });
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const round = (value) => Math.round(value * 100) / 100;
if (!values.scope) delete seconds.scope;
const result = {
  machine: { cpus: cpus().length, kernel: release(), node: process.version },
  runs,
  engines: workers + 1,
  medianSeconds: Object.fromEntries(Object.entries(seconds).map(([what, list]) => [what, round(median(list))])),
  seconds: Object.fromEntries(Object.entries(seconds).map(([what, list]) => [what, list.map(round)])),
  upRatio: round(median(seconds.up) / median(seconds.bareUp)),
  helpOverNodeMs: Math.round((median(seconds.help) - median(seconds.node)) * 1000),
};
if (values.json) console.log(JSON.stringify(result, null, 2));
else {
  console.log(
    `swarmlab up takes ${result.upRatio} times as long as a bare script with ${workers + 1} engines (${runs} runs in turns, medians).\n`,
  );
  for (const [what, median] of Object.entries(result.medianSeconds))
    console.log(`${what.padEnd(8)}${median.toFixed(2).padStart(8)} s`);
}
