import type { PortResult, PortsDocument } from './documents.ts';
import { formatTable } from './table.ts';
import { count } from './words.ts';

/** `4789/udp`, `esp`. */
export function portName({ port, protocol }: Pick<PortResult, 'port' | 'protocol'>): string {
  return port === null ? protocol : `${port}/${protocol}`;
}

/** One line that says whether the swarm's ports are open. */
export function summarizePorts(ports: readonly PortResult[]): string {
  const unmeasured = ports.filter(({ outcome }) => outcome === 'not-measured').length;
  const shut = ports.filter(({ outcome }) => outcome !== 'reached' && outcome !== 'not-measured').length;
  if (ports.length === 0) return 'No port was measured: a swarm of one node needs none.';
  if (shut === 0 && unmeasured === 0)
    return `The swarm's ports are open: ${count(ports.length, 'way')} measured, node to node.`;
  const parts = [
    ...(shut > 0 ? [`${shut} of ${count(ports.length, 'way')} not open`] : []),
    ...(unmeasured > 0
      ? [`${shut > 0 ? unmeasured : `${unmeasured} of ${count(ports.length, 'way')}`} not measured`]
      : []),
  ];
  return `The swarm's ports: ${parts.join(', ')}.`;
}

/** The answer in a line, a table from node to node, and what was seen where a port was not open. */
export function renderPorts(document: PortsDocument): string {
  const { ports } = document;
  if (ports.length === 0) return `${summarizePorts(ports)}\n`;
  const names = [...new Set(ports.map(portName))];
  const ways = [...new Set(ports.map(way))];
  const rows = ways.map((each) => [
    each,
    ...names.map((name) => shown(ports.find((port) => way(port) === each && portName(port) === name))),
  ]);
  const seen = ports.filter(({ outcome }) => outcome !== 'reached');
  return [
    summarizePorts(ports),
    '',
    formatTable([['from -> to', ...names], ...rows]),
    ...(seen.length === 0
      ? []
      : ['', ...seen.map((port) => `${way(port)} ${portName(port)}: ${port.outcome}, ${port.detail}`)]),
    '',
  ].join('\n');
}

function way({ from, to }: PortResult): string {
  return `${from} -> ${to}`;
}

function shown(result: PortResult | undefined): string {
  if (result === undefined) return '.';
  if (result.outcome === 'reached') return 'open';
  return result.outcome === 'not-measured' ? '?' : 'SHUT';
}

/** 1 where a port is not open; 3 where some could not be measured and none was found shut. */
export function portsExitStatus(document: PortsDocument): 0 | 1 | 3 {
  if (document.ports.some(({ outcome }) => outcome !== 'reached' && outcome !== 'not-measured')) return 1;
  return document.ports.some(({ outcome }) => outcome === 'not-measured') ? 3 : 0;
}
