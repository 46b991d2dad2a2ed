// N x N on bare namespaces: the tool beside its bare limit and its peers, in one run.
import { bundleGridRun } from './bundle.mjs';
import { makeGrid } from './grid.mjs';
import { bare, fping, mininet, tool } from './peers.mjs';

const mininetPinged = 16;
/** Beyond so many, the peers would take longer than all the rest. */
const peersUpTo = 300;
const machinesOf = (containers) => (containers > peersUpTo ? 20 : 3);

export const round = (value) => (Number.isFinite(value) ? Number(value.toPrecision(3)) : null);
export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Two rows, by IP and by name; the bare limit and the tool in turns, so many rounds. */
export async function measureRows({ containers, rounds, say }) {
  const machines = machinesOf(containers);
  say(`${containers} namespaces on ${machines} machines`);
  const grid = makeGrid({ containers, machines });
  try {
    const program = await bundleGridRun(grid.folder);
    const many = { missing: `not measured beyond ${peersUpTo}` };
    const pingall = containers > peersUpTo ? many : mininet(containers, mininetPinged);
    const rows = [];
    for (const by of ['ip', 'name']) {
      say(`  by ${by}`);
      bare(grid, by); // The kernel's neighbour tables are full from here on, for all of them.
      const [ours, limits] = [[], []];
      for (let at = 0; at < rounds; at += 1) {
        limits.push(bare(grid, by));
        ours.push(...tool(program, grid, by, 1));
      }
      const flood = containers > peersUpTo ? many : fping(grid, by);
      rows.push({ containers, machines, by, ...rowOf({ pairs: containers ** 2, ours, limits, flood, pingall }) });
    }
    return rows;
  } finally {
    grid.down();
  }
}

function rowOf({ pairs, ours, limits, flood, pingall }) {
  const of = (list, field) => median(list.map((one) => one[field]));
  const cpuS = median(ours.map((one) => one.agentsCpuS + one.toolCpuS));
  const wallS = of(ours, 'wallS');
  return {
    pairs,
    tool: {
      wallS: round(wallS),
      cpuS: round(cpuS),
      controllerCpuS: round(of(ours, 'toolCpuS')),
      agentsCpuS: round(of(ours, 'agentsCpuS')),
      controllerMemoryMb: round(of(ours, 'toolMemoryMb')),
      agentMemoryMb: round(of(ours, 'agentMemoryMb')),
      outcomes: ours.at(-1).outcomes,
      triedAgain: ours.at(-1).retried,
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
      /** Filled in when the lab was measured. */
      fasterThanExec: null,
    },
  };
}

/** How each cost grows with the pairs, from one size to the next: 1 is in proportion, more is worse than that. */
export function growthOf(rows) {
  const costs = ['wallS', 'cpuS', 'controllerCpuS', 'agentsCpuS', 'controllerMemoryMb', 'agentMemoryMb'];
  return ['ip', 'name'].flatMap((by) => {
    const own = rows.filter((row) => row.by === by);
    return own.slice(1).map((row, at) => {
      const before = own[at];
      const slope = (cost) => Math.log(row.tool[cost] / before.tool[cost]) / Math.log(row.pairs / before.pairs);
      const exponents = Object.fromEntries(costs.map((cost) => [cost, round(slope(cost))]));
      const worse = costs.filter((cost) => slope(cost) > 1.1);
      return { by, from: before.containers, to: row.containers, exponents, superlinear: worse };
    });
  });
}
