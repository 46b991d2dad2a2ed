// `npm run bench:creation [-- --containers N] [-- --workers N] [-- --beside CLI] [-- --json]`: `status` of a lab, then so many containers on one
// overlay, made by `swarmlab run` over the engines' APIs, asked in a ring by name, and taken away again with the lab. Took 13 MB for each, engines included.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { freemem, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    containers: { type: 'string', default: '60' },
    workers: { type: 'string', default: '2' },
    // The dist/cli.js of another build, whose `status` is asked in turns with this one's.
    beside: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [containers, workers] = [Number(values.containers), Number(values.workers)];
if (![containers, workers].every((number) => Number.isInteger(number) && number >= 1) || workers > 25) {
  console.error('--containers takes a whole number from 1, --workers one from 1 to 25');
  process.exit(2);
}
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'swarmlab-bench-'));
const env = { ...process.env, SWARMLAB_HOME: home };
const longestMs = 900_000;
const freeMb = () => Math.round(freemem() / 2 ** 20);
let leastFreeMb = freeMb();
const free = setInterval(() => {
  leastFreeMb = Math.min(leastFreeMb, freeMb());
}, 500);

const swarmlab = (...argv) => runCli(cli, ...argv);

/** Seconds and output of a verb; its progress goes to stderr, as it comes. `at`: after how many seconds it said such a line. */
function runCli(program, ...argv) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, ...argv, '--timeout', '15m'], {
    env,
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
  });
  const secondsNow = () => Math.round((performance.now() - startedAt) / 100) / 10;
  const said = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push([secondsNow(), line]);
    console.error(`${String(secondsNow()).padStart(6)} ${line}`);
  });
  const at = (words) => said.find(([, line]) => words.test(line))?.[0] ?? null;
  const out = [];
  child.stdout.on('data', (chunk) => out.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      const seconds = secondsNow();
      // 1: it was measured, and something differs; the result says what.
      if (status === 0 || (status === 1 && argv[0] === 'run'))
        resolve({ seconds, at, text: Buffer.concat(out).toString() });
      else
        reject(
          new Error(
            `swarmlab ${argv[0]} ended with ${status ?? signal}\n${Buffer.concat(out).toString().slice(-2000)}`,
          ),
        );
    });
  });
}

/** Spread over the nodes in turn; each asks for the next, which is on another node. */
function experiment() {
  const name = (at) => `bench-${(at % containers) + 1}`;
  return {
    title: `${containers} containers on ${workers + 1} nodes`,
    needs: { nodes: workers + 1 },
    networks: { across: { driver: 'overlay', attachable: true, subnet: '10.80.0.0/16' } },
    containers: { bench: { count: containers, node: 'spread', networks: ['across'] } },
    steps: [
      {
        title: 'Each asks for the next',
        probe: {
          by: 'name',
          expect: Array.from({ length: containers }, (_, at) => `${name(at)} -> ${name(at + 1)}: yes`),
        },
      },
    ],
  };
}

const result = { schema: 'swarmlab/bench-creation@1', date: new Date().toISOString(), containers, nodes: workers + 1 };
try {
  result.loadBefore = loadavg().map((load) => Math.round(load * 10) / 10);
  result.freeMb = { before: leastFreeMb, of: Math.round(totalmem() / 2 ** 20) };
  result.upS = (await swarmlab('up', '--workers', String(workers), '--outsiders', '0')).seconds;
  const looks = { own: [], beside: [] };
  for (let look = 0; look < 3; look += 1) {
    looks.own.push((await swarmlab('status', '--json')).seconds);
    if (values.beside !== undefined) looks.beside.push((await runCli(values.beside, 'status', '--json')).seconds);
  }
  result.statusS = looks;
  const file = join(home, 'creation.yaml');
  writeFileSync(file, JSON.stringify(experiment()));
  const run = await swarmlab('run', file, '--keep', '--json');
  const [seen] = JSON.parse(run.text).experiments;
  // From the first to the last container that runs; then the nodes come to know each other's, and they are asked.
  const madeS = run.at(/step 1 of 1/) - run.at(/building, waiting for \d+ containers/);
  Object.assign(result, {
    runS: run.seconds,
    verdict: seen.verdict,
    probes: seen.steps[0].probes.length,
    // The first few of what did not come out as expected, with what the run found out about it.
    differing: seen.steps[0].probes
      .filter(({ verdict }) => verdict !== 'as-expected')
      .map(({ from, to, protocol, outcome, detail, cause }) => ({ from, to, protocol, outcome, detail, cause }))
      .slice(0, 20),
    differ: seen.steps[0].probes.filter(({ verdict }) => verdict !== 'as-expected').length,
    madeS: Math.round(madeS * 10) / 10,
    perSecond: Math.round((containers / madeS) * 10) / 10,
    knownAndAskedS: Math.round((run.seconds - run.at(/step 1 of 1/)) * 10) / 10,
  });
  const present = JSON.parse((await swarmlab('probe', '--from', 'bench-1', '--to', 'bench-2', '--json')).text);
  result.answered = present.containers.length === 2;
  result.undoS = (await swarmlab('run', '--undo')).seconds;
} catch (error) {
  result.failure = error.message;
} finally {
  try {
    result.downS = (await swarmlab('down', '--all')).seconds;
  } catch (error) {
    result.failure = [result.failure, error.message].filter(Boolean).join('\n');
  }
  clearInterval(free);
  if (result.freeMb) result.freeMb.least = leastFreeMb;
  // Nothing of the lab may be left: its processes carry the folder's name in their environment and their arguments.
  result.leftOver = spawnSync('pgrep', ['-f', `${home}/`], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
    .filter(Boolean).length;
  if (result.leftOver === 0) rmSync(home, { recursive: true, force: true });
}
console.log(values.json ? JSON.stringify(result, null, 2) : result);
process.exitCode = result.failure === undefined && result.leftOver === 0 ? 0 : 3;
