import { formatDuration } from '../core/duration.ts';
import type { LabPlan } from './types.ts';

/** The plan for people: what `up` would make. Plain ASCII, one trailing newline. */
export function formatPlan(plan: LabPlan): string {
  const rows = [
    ['node', 'role', 'address', 'local networks', 'macvlan, ipvlan'],
    ...plan.nodes.map(({ name, role, address, containerPool, segmentRange }) => [
      name,
      role,
      address,
      containerPool?.subnet ?? '-',
      segmentRange ?? '-',
    ]),
  ];
  const engines = plan.nodes.filter(({ role }) => role !== 'outsider').length;
  const outsiders = plan.nodes.length - engines;
  return [
    `Lab ${plan.lab} would have ${count(engines, 'node')} and ${count(outsiders, 'outsider')}, made by ${plan.provider}. Nothing was changed.`,
    '',
    ...columns(rows),
    '',
    ...columns([
      ['segment', plan.segment.subnet, `gateway ${plan.segment.gateway}`],
      ['world', plan.world.subnet, `${plan.world.name} is ${plan.world.address}`],
      ['overlays', plan.swarm.addressPool, `VXLAN on ${plan.swarm.dataPathPort}/udp`],
    ]),
    '',
    `image ${plan.image}, time limit ${formatDuration(plan.timeoutMs)}`,
    '',
  ].join('\n');
}

function columns(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd((widths[column] ?? 0) + 2))
      .join('')
      .trimEnd(),
  );
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
