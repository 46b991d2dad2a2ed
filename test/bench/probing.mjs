// `npm run bench [-- --json] [-- --sizes 30,100] [-- --large] [-- --lab N] [-- --up WORKERS]`: probing N x N beside what
// people would use instead, and beside the bare limit; `up` beside a bare script; all in one run.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureLab } from './probing/lab.mjs';
import { installPeers } from './probing/peers.mjs';
import { growthOf, measureRows, round } from './probing/rows.mjs';
import { renderResult } from './probing/table.mjs';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '30,100,300' },
    large: { type: 'boolean', default: false },
    lab: { type: 'string', default: '30' },
    up: { type: 'string', default: '19' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const numbers = (text, least) =>
  text.split(',').map((word) => (Number(word) >= least ? Math.round(Number(word)) : NaN));
const sizes = [...numbers(values.sizes, 2), ...(values.large ? [1000] : [])];
const [labSize, workers, rounds] = [numbers(values.lab, 0)[0], numbers(values.up, 0)[0], numbers(values.rounds, 1)[0]];
if ([...sizes, labSize, workers, rounds].some(Number.isNaN)) {
  console.error(
    '--sizes takes numbers from 2 on, with commas between them; --lab and --up (0: none) and --rounds take one number',
  );
  process.exit(2);
}
if (process.getuid() !== 0) {
  console.error('the bench makes network namespaces: run it as root');
  process.exit(3);
}
const say = (text) => process.stderr.write(`${text}\n`);

/** In a process of its own, as `npm run bench:up` is. */
function measureUp() {
  const file = fileURLToPath(new URL('./up.mjs', import.meta.url));
  const argv = [file, '--workers', String(workers), '--runs', '1', '--json'];
  const done = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  if (done.status === 0) return JSON.parse(done.stdout);
  return { missing: /^Error: (.*)$/m.exec(done.stderr)?.[1] ?? `it ended with ${done.status}` };
}

const startedAt = performance.now();
await installPeers();
const loadBefore = loadavg();
const rows = [];
for (const containers of sizes) rows.push(...(await measureRows({ containers, rounds, say })));
let lab = null;
if (labSize > 0) {
  say(`a real lab with ${labSize} containers`);
  lab = measureLab({ containers: labSize, sample: 10 });
  const best = lab.probes?.at(-1);
  if (best) {
    lab.fasterThanExec = round((lab.execPingS * best.probes) / best.wallS);
    for (const row of rows) row.ratios.fasterThanExec = round((lab.execPingS * row.pairs) / row.tool.wallS);
  }
}
if (workers > 0) say(`up with ${workers + 1} engines`);
const up = workers > 0 ? measureUp() : null;
const [cpu] = cpus();
const result = {
  schema: 'swarmlab/bench-probing@2',
  date: new Date().toISOString(),
  machine: {
    cpus: cpus().length,
    model: cpu?.model,
    memoryGb: round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
  },
  load: { before: loadBefore.map(round), after: loadavg().map(round) },
  rounds,
  seconds: round((performance.now() - startedAt) / 1000),
  rows,
  growth: growthOf(rows),
  lab,
  up,
};
console.log(values.json ? JSON.stringify(result, null, 2) : renderResult(result));
