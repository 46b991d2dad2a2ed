import type { Connections } from '../fabric/connection.ts';
import { createAskRows, notAsked } from './ask-rows.ts';
import { runBatch } from './batch.ts';
import type { BatchEvidence } from './evidence.ts';
import { joinPort } from './join-port.ts';
import type { PortMode } from './protocol.ts';
import type { Outcome, ProbeTimings } from './types.ts';

export interface MeasuredPort {
  protocol: 'tcp' | 'udp' | 'esp';
  /** Null for ESP (IP protocol 50), which has none. */
  port: number | null;
}

export interface PortsRequest {
  connections: Connections;
  /** Machines, with the address that the others know them by. */
  nodes: readonly { name: string; address: string }[];
  ports: readonly MeasuredPort[];
  /** Which node to which; every ordered pair when left out. */
  pairs?: readonly { from: string; to: string }[];
  timings?: ProbeTimings;
  signal: AbortSignal;
  timeoutMs: number;
}

export interface PortObservation {
  from: string;
  to: string;
  port: number | null;
  protocol: 'tcp' | 'udp' | 'esp';
  /** For ESP, and for a UDP port that another program holds, `reached` means: arrived behind the target's INPUT filter. */
  outcome: Outcome;
  detail: string;
}

interface Row {
  id: number;
  from: string;
  to: string;
  measured: MeasuredPort;
}

const portTimings: ProbeTimings = { attemptTimeoutsMs: [700, 1300], nameTimeoutMs: 1000 };
const placeOf = (node: string) => `node:${node}`;

function modeOf(row: Row, evidence: BatchEvidence): PortMode | { error: string } {
  for (const node of [row.from, row.to]) {
    const lost = evidence.lost(node);
    if (lost !== null) return { error: lost };
  }
  const place = evidence.place(placeOf(row.to));
  if (place.error !== null) return place;
  const { protocol, port } = row.measured;
  const listening = place.ports.find((one) => one.protocol === protocol && one.port === port);
  if (listening === undefined) return { error: `the agent in ${row.to} opened no ${protocol} port ${port ?? ''}` };
  return listening.error === null ? listening.mode : { error: `${row.to}: ${listening.error}` };
}

function observe(
  row: Row,
  number: number,
  mode: PortMode | { error: string },
  evidence: BatchEvidence,
  timeoutMs: number,
): PortObservation {
  const base = { from: row.from, to: row.to, port: row.measured.port, protocol: row.measured.protocol };
  const result = evidence.result(number);
  const from = evidence.place(placeOf(row.from));
  const to = evidence.place(placeOf(row.to));
  if (typeof mode !== 'string') return { ...base, outcome: 'not-measured', detail: mode.error };
  if (result === undefined || from.error !== null || to.error !== null) {
    return { ...base, outcome: 'not-measured', detail: evidence.lost(row.from) ?? 'no result came from the agent' };
  }
  const { protocol } = row.measured;
  const joined = joinPort(
    result,
    {
      protocol,
      target: evidence.target(to.tag, row.to, protocol),
      timeoutMs,
      seenIn: (attempt) => evidence.seenOf(number, attempt),
      synArrived: (local) => evidence.synArrived(to.tag, local),
      synThroughNat: (local) => evidence.synThroughNat(to.tag, local, row.measured.port),
      placesOf: evidence.placesOf,
    },
    evidence.controlFailure(from.tag, protocol) ?? evidence.doubt(row.from),
    mode,
  );
  return { ...base, outcome: joined.outcome, detail: joined.detail };
}

/**
 * Measures ports between machines, each direction on its own. Where a port is free the agents send an echo on it;
 * where another program holds it they look, behind the target's INPUT filter, at what arrives for it. ESP is answered by
 * the agent in either case. One observation per pair and port, in their order; throws only when `signal` aborts.
 */
export async function measurePorts(request: PortsRequest): Promise<readonly PortObservation[]> {
  const timings = request.timings ?? portTimings;
  const address = new Map(request.nodes.map((node) => [node.name, node.address]));
  const everyPair = request.nodes.flatMap(({ name: from }) =>
    request.nodes.filter(({ name }) => name !== from).map(({ name: to }) => ({ from, to })),
  );
  const rows: Row[] = (request.pairs ?? everyPair)
    .flatMap(({ from, to }) => request.ports.map((measured) => ({ from, to, measured })))
    .map((row, id) => ({ id, ...row }));
  const modes = new Map<number, PortMode | { error: string }>();

  const { evidence, plan } = await runBatch({
    connections: request.connections,
    places: request.nodes.map(({ name }) => ({
      id: placeOf(name),
      machine: name,
      namespacePath: null,
      hostsPath: '/etc/hosts',
      resolvConfPath: '/etc/resolv.conf',
      rawTcp: false,
      rawUdp: false,
      ports: request.ports,
    })),
    compile: (standing) => {
      const gathered = createAskRows(rows.length);
      for (const row of rows) {
        const to = address.get(row.to);
        const mode = to === undefined ? { error: `${row.to} is no node of this measurement` } : modeOf(row, standing);
        modes.set(row.id, mode);
        if (typeof mode !== 'string' || to === undefined) continue;
        const { protocol, port } = row.measured;
        gathered.add(row.id, row.from, placeOf(row.from), 'ip', to, protocol, port, mode);
      }
      return gathered.plan();
    },
    probeCount: rows.length,
    timings,
    signal: request.signal,
    timeoutMs: request.timeoutMs,
  });
  const shortestMs = Math.min(...timings.attemptTimeoutsMs);
  return rows.map((row) => {
    const mode = modes.get(row.id) ?? { error: 'not asked' };
    return observe(row, plan.numbers[row.id] ?? notAsked, mode, evidence, shortestMs);
  });
}
