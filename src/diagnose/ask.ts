import { messageOf } from '../core/errors.ts';
import { type PresentContainer, placeOf } from '../experiment/running/running.ts';
import type { ChosenEnd } from '../experiment/running/select.ts';
import { defaultTimings } from '../probe/batch.ts';
import { type MeasuredPort, measurePorts, type PortObservation } from '../probe/measure-ports.ts';
import { runProbes } from '../probe/run-probes.ts';
import type { ListenPort, Observation, Place, Probe, ProbeTimings, Protocol } from '../probe/types.ts';
import type { CollectRequest } from './collect.ts';
import type { EngineFacts, Facts, ProbeFact } from './facts.ts';
import type { ForwardPolicies } from './foretell.ts';
import type { Pair, Seen } from './pair.ts';
import type { AskedPair } from './questions.ts';
import { readNeighbourTable, type Testimony } from './read-look.ts';
import { parseDropRules } from './rules.ts';

/** Blocked pairs cost the sum. Emulated machines take their time: there it is the probes' own, see probe/batch.ts. */
const quickTimings: ProbeTimings = { attemptTimeoutsMs: [500, 600], nameTimeoutMs: 900 };
const batchTimeoutMs = 20_000;
/** Free on any node: what is asked there says whether two machines hear of each other at all. */
const freePort = 18_420;
const gossipPort = 7946;

function timingsFor({ plan }: CollectRequest): { timings?: ProbeTimings } {
  return plan.provider === 'netns' ? { timings: quickTimings } : {};
}

/** The longest that a probe of the pair waits for an answer. */
export function patienceOf(request: CollectRequest): number {
  return Math.max(...(timingsFor(request).timings ?? defaultTimings).attemptTimeoutsMs);
}

/** Makes the probes of the pair; empty where the agents could not stand, which `missing` then says. */
export async function probePair(
  request: CollectRequest,
  { asked, beside, by }: AskedPair,
  present: readonly PresentContainer[],
  missing: string[],
): Promise<ReadonlyMap<number, Observation>> {
  const { from, to, connections, signal } = request;
  if (![from, to].every(runs)) return new Map();
  const places = [...new Map([from, to].map((end) => [end.id, placeFor(end, present)])).values()];
  try {
    const { observations } = await runProbes({
      connections,
      places,
      probes: [...asked, ...beside],
      // A published port leads to one where the agent may answer, as long as nobody else does.
      ...(by === 'published' ? { listen: listenFor(to) } : {}),
      ...timingsFor(request),
      signal,
      timeoutMs: batchTimeoutMs,
    });
    return observations;
  } catch (error) {
    signal.throwIfAborted();
    missing.push(`the probes: ${messageOf(error)}`);
    return new Map();
  }
}

const runs = (end: ChosenEnd) => end.kind === 'machine' || end.container.view.running;

function placeFor(end: ChosenEnd, present: readonly PresentContainer[]): Place {
  if (end.kind === 'container') return placeOf(end.container, present);
  const files = { hostsPath: '/etc/hosts', resolvConfPath: '/etc/resolv.conf' };
  return { id: end.id, machine: end.machine, namespacePath: null, ...files };
}

function listenFor(to: ChosenEnd): ReadonlyMap<string, readonly ListenPort[]> {
  if (to.kind === 'machine') return new Map();
  const ports = (to.container.view.published ?? []).flatMap((text): ListenPort[] => {
    const [, port, protocol] = /->(\d+)\/(tcp|udp)$/.exec(text) ?? [];
    return port === undefined ? [] : [{ port: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp' }];
  });
  return new Map([[to.id, ports]]);
}

/** Ports between the two machines, in both directions; null where there is nothing between them, or it could not be measured. */
export async function measureBetween(
  request: CollectRequest,
  { from, to, way }: Pair,
  missing: string[],
): Promise<readonly PortObservation[] | null> {
  const { connections, signal } = request;
  if (from.machine === to.machine || way.kind === 'own') return null;
  const udp = (port: number): MeasuredPort => ({ protocol: 'udp', port });
  const tcp = (port: number): MeasuredPort => ({ protocol: 'tcp', port });
  const overlay = way.kind === 'overlay';
  const ports = [
    ...(overlay ? [udp(gossipPort), tcp(gossipPort), udp(request.plan.swarm.dataPathPort)] : []),
    ...(overlay && way.encrypted ? [{ protocol: 'esp', port: null } as const] : []),
    udp(freePort),
    tcp(freePort),
  ];
  const nodes = [from, to].map(({ machine, machineAddress }) => ({ name: machine, address: machineAddress }));
  try {
    return await measurePorts({
      connections,
      nodes,
      ports,
      ...timingsFor(request),
      signal,
      timeoutMs: batchTimeoutMs,
    });
  } catch (error) {
    signal.throwIfAborted();
    missing.push(`ports between ${from.machine} and ${to.machine}: ${messageOf(error)}`);
    return null;
  }
}

/** Whom the gossip of each of the two engines knows on the overlay; by node. */
export async function askPeers(
  { connections, seen, signal }: CollectRequest,
  { from, to, way, network }: Pair,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (way.kind !== 'overlay' || network === null) return new Map();
  const nodes = [...new Set([from.machine, to.machine])].filter((node) => seen.get(node)?.state === 'answers');
  const told = await Promise.all(
    nodes.map(async (node) => {
      const view = await connections
        .get(node)
        ?.engine.inspectNetwork(network.id, signal)
        .catch(() => null);
      signal.throwIfAborted();
      return view?.peers === undefined ? null : ([node, view.peers] as const);
    }),
  );
  return new Map(told.filter((one) => one !== null));
}

export function enginesOf(seen: Seen, peers: ReadonlyMap<string, readonly string[]>): readonly EngineFacts[] {
  const members = [...seen.values()].flatMap(({ members }) => members ?? []);
  return [...seen.values()].map(({ node, state, info }) => ({
    node,
    state,
    version: info?.version ?? null,
    advertised: info?.swarm.state === 'active' && info.swarm.nodeAddress !== '' ? info.swarm.nodeAddress : null,
    swarmState: members.find(({ id }) => id === info?.swarm.nodeId)?.state ?? null,
    peers: peers.get(node) ?? null,
  }));
}

export function factOf(probe: Probe, { by }: AskedPair, observations: ReadonlyMap<number, Observation>): ProbeFact {
  const seen = observations.get(probe.id);
  return {
    by: by === 'published' ? by : probe.aim.by,
    protocol: probe.protocol,
    port: probe.port,
    target: probe.aim.by === 'ip' ? probe.aim.address : probe.aim.name,
    outcome: seen?.outcome ?? 'not-measured',
    detail: seen?.detail ?? 'no probe could be made',
    address: seen?.address ?? null,
    responder: seen?.responder ?? null,
  };
}

/** The target has no address that could be asked. */
export function nothingToAim({ by, target }: AskedPair, protocol: Protocol, port: number | null): ProbeFact {
  const detail = 'the target has no address';
  return { by, protocol, port, target, outcome: 'not-measured', detail, address: null, responder: null };
}

/** Of nodes with a kernel of their own. */
export function nodeNeighbours({ watched, watching, seen }: Testimony): Facts['neighbours'] {
  const before = readNeighbourTable(watching.tables.neighbours);
  const after = readNeighbourTable(seen?.tables.neighbours);
  return before === null || after === null ? [] : [{ node: watched.machine, before, after }];
}

/** Of the filter table's FORWARD chain, by node. */
export function policiesOf(testimonies: readonly Testimony[]): ForwardPolicies {
  return new Map(
    testimonies.flatMap(({ watched, watching }) => {
      const { rules } = watching.tables;
      if (rules === null) return [];
      const drops = parseDropRules(rules).some(({ table, text }) => table === 'filter' && text === '-P FORWARD DROP');
      return [[watched.machine, drops ? 'DROP' : 'ACCEPT'] as const];
    }),
  );
}
