import { formatDuration } from '../core/duration.ts';
import type { NetworkStatus, NodeStatus, StatusDocument } from './documents.ts';
import { faultLines } from './faults.ts';
import { summarizePorts } from './ports.ts';
import { formatTable } from './table.ts';
import { count, list } from './words.ts';
import { wrap } from './wrap.ts';

/** The lab in a line, then its nodes. 80 columns with names of usual length, ASCII. */
export function renderStatus(document: StatusDocument): string {
  const rows = document.nodes.map((node) => [
    node.name,
    node.role,
    node.address,
    node.state,
    node.engine === null ? '-' : `Docker ${node.engine}`,
    node.forwardPolicy ?? '-',
  ]);
  const kernels = [...new Set(document.nodes.flatMap(({ kernel }) => (kernel === null ? [] : [kernel])))];
  return [
    summarizeStatus(document),
    ...faultLines(document.faults).map((line) => wrap(line, 80, '  ')),
    '',
    formatTable([['node', 'role', 'address', 'state', 'engine', 'FORWARD'], ...rows]),
    '',
    ...(document.ports.length === 0 ? [] : [summarizePorts(document.ports)]),
    ...networkLines(document.networks),
    [
      `provider ${document.provider}`,
      ...(kernels.length === 0 ? [] : [`kernel ${kernels.join(', ')}`]),
      ...(document.swarm === null ? [] : [`swarm ${document.swarm.id}`]),
    ].join(', '),
    ...(document.schema === 'swarmlab/up@1' ? [`up in ${formatDuration(document.durationMs)}`] : []),
    '',
  ].join('\n');
}

/** `Lab default is up: 3 nodes, 1 outsider, swarm ready (1 manager, 2 workers).` */
export function summarizeStatus({ lab, nodes, swarm }: StatusDocument): string {
  const wrong = nodes.filter(({ state }) => state !== 'running');
  if (wrong.length > 0) return `Lab ${lab} is not whole: ${list(wrong.map(complaint))}.`;
  const outsiders = nodes.filter(({ role }) => role === 'outsider').length;
  const ready =
    swarm === null
      ? 'no swarm'
      : `swarm ready (${count(swarm.managers, 'manager')}, ${count(swarm.workers, 'worker')})`;
  return `Lab ${lab} is up: ${count(nodes.length - outsiders, 'node')}, ${count(outsiders, 'outsider')}, ${ready}.`;
}

/** Made by the engines themselves, on every node the same. */
const enginesOwn: readonly string[] = ['bridge', 'host', 'none', 'docker_gwbridge', 'ingress'];

function networkLines(networks: readonly NetworkStatus[]): readonly string[] {
  const made = networks.filter(({ name }) => !enginesOwn.includes(name));
  if (made.length === 0) return [];
  const rows = made.map(({ name, driver, scope, nodes, subnets }) => [
    name,
    driver,
    scope,
    nodes.join(' '),
    subnets.join(' '),
  ]);
  return ['', formatTable([['network', 'driver', 'scope', 'on', 'subnet'], ...rows]), ''];
}

function complaint({ name, state }: NodeStatus): string {
  switch (state) {
    case 'missing':
      return `${name} is not there`;
    case 'engine-down':
      return `the engine of ${name} is down`;
    case 'running':
      return `${name} runs`;
  }
}
