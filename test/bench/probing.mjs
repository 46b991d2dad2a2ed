// `npm run bench [-- --json] [-- --sizes 30,100] [-- --large] [-- --lab N]`: probing N x N beside what people would use
// instead, and beside the bare limit, in one run.
import { cpus, loadavg, release } from 'node:os';
import { parseArgs } from 'node:util';
import { bundleGridRun } from './probing/bundle.mjs';
import { makeGrid } from './probing/grid.mjs';
import { measureLab } from './probing/lab.mjs';
import { bare, fping, installPeers, mininet, tool } from './probing/peers.mjs';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '30,100,300' },
    large: { type: 'boolean', default: false },
    lab: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const numbers = (text, least) =>
  text.split(',').map((word) => (Number(word) >= least ? Math.round(Number(word)) : NaN));
const sizes = [...numbers(values.sizes, 2), ...(values.large ? [1000] : [])];
const [labSize, rounds] = [numbers(values.lab, 0)[0], numbers(values.rounds, 1)[0]];
if ([...sizes, labSize, rounds].some(Number.isNaN)) {
  console.error(
    '--sizes takes numbers from 2 on, with commas between them; --lab (0: none) and --rounds take one number',
  );
  process.exit(2);
}
if (process.getuid() !== 0) {
  console.error('the bench makes network namespaces: run it as root');
  process.exit(3);
}
const say = (text) => process.stderr.write(`${text}\n`);
const round = (value) => (value === undefined ? null : Number(value.toPrecision(3)));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const mininetPinged = 16;

await installPeers();
const loadBefore = loadavg();
const rows = [];
for (const containers of sizes) {
  say(`${containers} namespaces on 3 machines`);
  const grid = makeGrid({ containers });
  try {
    const program = await bundleGridRun(grid.folder);
    const pingall = mininet(containers, mininetPinged);
    for (const by of ['ip', 'name']) {
      say(`  by ${by}`);
      bare(grid, by); // The kernel's neighbour tables are full from here on, for all of them.
      const [ours, limits] = [[], []];
      for (let at = 0; at < rounds; at += 1) {
        limits.push(bare(grid, by));
        ours.push(...tool(program, grid, by, 1));
      }
      const of = (list, field) => median(list.map((one) => one[field]));
      const pairs = containers ** 2;
      const cpuS = median(ours.map((one) => one.agentsCpuS + one.toolCpuS));
      const wallS = of(ours, 'wallS');
      const flood = fping(grid, by);
      rows.push({
        containers,
        by,
        pairs,
        tool: {
          wallS: round(wallS),
          cpuS: round(cpuS),
          agentsCpuS: round(of(ours, 'agentsCpuS')),
          toolMemoryMb: round(of(ours, 'toolMemoryMb')),
          agentMemoryMb: round(of(ours, 'agentMemoryMb')),
          outcomes: ours.at(-1).outcomes,
          notes: ours.at(-1).notes,
        },
        bare: { wallS: round(of(limits, 'wallS')), cpuS: round(of(limits, 'cpuS')), answered: limits.at(-1).answered },
        fping: flood,
        mininet: pingall,
        ratios: {
          wallToBare: round(wallS / of(limits, 'wallS')),
          cpuToBare: round(cpuS / of(limits, 'cpuS')),
          fasterThanFping: flood.missing ? null : round(flood.wallS / wallS),
          fasterThanMininet: pingall.missing ? null : round(pairs / wallS / (pingall.pairs / pingall.wallS)),
        },
      });
    }
  } finally {
    grid.down();
  }
}
let lab = null;
if (labSize > 0) {
  say(`a real lab with ${labSize} containers`);
  lab = measureLab({ containers: labSize, sample: 10 });
  const best = lab.probes?.at(-1);
  if (best) lab.fasterThanExec = round((lab.execPingS * best.probes) / best.wallS);
}
const machine = { cpus: cpus().length, model: cpus()[0]?.model, kernel: release(), node: process.version };
const result = {
  schema: 'swarmlab/bench-probing@1',
  date: new Date().toISOString(),
  machine,
  load: { before: loadBefore.map(round), after: loadavg().map(round) },
  rounds,
  rows,
  lab,
};
if (values.json) console.log(JSON.stringify(result, null, 2));
else {
  const table = [
    ['N', 'by', 'pairs', 'wall s', 'cpu s', 'bare s', 'cpu s', 'wall/bare', 'cpu/bare', 'x fping', 'x pingall'],
  ];
  for (const { containers, by, pairs, tool, bare, ratios } of rows) {
    const { wallToBare, cpuToBare, fasterThanFping, fasterThanMininet } = ratios;
    const cells = [containers, by, pairs, tool.wallS, tool.cpuS, bare.wallS, bare.cpuS, wallToBare, cpuToBare];
    table.push([...cells, fasterThanFping ?? '.', fasterThanMininet ?? '.'].map(String));
  }
  for (const row of table) console.log(row.map((cell) => cell.padStart(10)).join(''));
  for (const peer of ['fping', 'mininet'])
    if (rows[0]?.[peer].missing) console.log(`${peer}: ${rows[0][peer].missing}`);
  if (lab?.missing) console.log(`real lab: ${lab.missing}`);
  else if (lab) {
    const { wallS, probes } = lab.probes.at(-1);
    console.log(`real lab of ${lab.containers}: ${probes} probes in ${wallS.toFixed(1)} s, everything included;`);
    console.log(
      `ssh node docker exec ping: ${lab.execPingS.toFixed(2)} s a pair, ${lab.fasterThanExec} times as long.`,
    );
  }
  console.log(
    `load before ${result.load.before.join(' ')}, after ${result.load.after.join(' ')}, ${machine.cpus} CPUs`,
  );
}
