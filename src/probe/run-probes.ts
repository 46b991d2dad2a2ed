import type { Connections } from '../fabric/connection.ts';
import { createAskRows, notAsked } from './ask-rows.ts';
import { defaultTimings, preferredPort, runBatch } from './batch.ts';
import type { BatchEvidence } from './evidence.ts';
import { joinResult, notMeasured, reachedAtOnce } from './join.ts';
import { lazyMap } from './lazy-map.ts';
import type { Ask } from './protocol.ts';
import type { ListenPort, Observation, Place, Probe, ProbeTimings } from './types.ts';

export interface ProbeRequest {
  connections: Connections;
  places: readonly Place[];
  probes: readonly Probe[];
  /** By place: ports where the agent listens there besides its own. One that is taken is left to who has it. */
  listen?: ReadonlyMap<string, readonly ListenPort[]>;
  timings?: ProbeTimings;
  signal: AbortSignal;
  /** For all of it; what has no result by then is not measured. */
  timeoutMs: number;
}

export interface ProbeRun {
  /** One for every probe asked, judged when it is read: a million of them at once would take hundreds of megabytes. */
  observations: ReadonlyMap<number, Observation>;
  /** What the agents noticed besides: failed controls, lost packets, strange packets counted. */
  notes: readonly string[];
  durationMs: number;
}

/** Why a probe cannot be made, or how it is put to its agent. */
function compileProbe(probe: Probe, byId: ReadonlyMap<string, Place>, evidence: BatchEvidence): Ask | string {
  for (const id of [probe.from, probe.to]) {
    const place = byId.get(id);
    if (place === undefined) return `${id} is no place of the batch`;
    const lost = evidence.lost(place.machine);
    if (lost !== null) return lost;
    const standing = evidence.place(id);
    if (standing.error !== null) return standing.error;
  }
  const target = evidence.place(probe.to);
  if (target.error !== null) return target.error;
  const listener = probe.protocol === 'tcp' ? target.tcpPort : target.udpPort;
  const own = probe.standIn ? preferredPort : listener;
  const port = probe.protocol === 'icmp' ? null : (probe.port ?? own);
  const aim = probe.aim.by === 'ip' ? probe.aim.address : probe.aim.name;
  return [probe.aim.by, aim, probe.protocol, port, 'echo'];
}

/** What is seen of two probes with one id could not be told apart. */
function idsGivenTwice(probes: readonly Probe[]): ReadonlySet<number> {
  const [known, twice] = [new Set<number>(), new Set<number>()];
  if (probes.every(({ id }, at) => id === at)) return twice;
  for (const { id } of probes) (known.has(id) ? twice : known).add(id);
  return twice;
}

/** What was seen, with the best of the targets: of several that may answer, one is enough. */
function observe(
  probe: Probe,
  number: number,
  byId: ReadonlyMap<string, Place>,
  evidence: BatchEvidence,
  timeoutMs: number,
): Observation {
  const first = observeTarget(probe, number, byId, evidence, timeoutMs);
  for (const to of probe.orTo ?? []) {
    if (first.outcome === 'reached') break;
    const seen = observeTarget({ ...probe, to }, number, byId, evidence, timeoutMs);
    if (seen.outcome === 'reached') return { ...seen, detail: `${to}: ${seen.detail}` };
  }
  return first;
}

/** The agents know it by its number. */
function observeTarget(
  probe: Probe,
  number: number,
  byId: ReadonlyMap<string, Place>,
  evidence: BatchEvidence,
  timeoutMs: number,
): Observation {
  const from = evidence.place(probe.from);
  const to = evidence.place(probe.to);
  const answered = to.error === null ? evidence.reachedAtOnce(number, to.tag) : null;
  if (answered !== null && from.error === null) return reachedAtOnce(probe.id, answered);
  const machine = byId.get(probe.to)?.machine ?? '';
  const result = evidence.result(number);
  if (from.error !== null || to.error !== null || result === undefined) {
    const sender = byId.get(probe.from)?.machine;
    const why = sender === undefined ? null : evidence.lost(sender);
    return notMeasured(probe.id, why ?? 'no result came from the agent');
  }
  const { protocol } = probe;
  const seen = joinResult(
    { ...result, probeId: probe.id },
    {
      protocol,
      target: evidence.target(to.tag, machine, protocol),
      timeoutMs,
      seenIn: (attempt) => evidence.seenOf(number, attempt),
      synArrived: (local) => evidence.synArrived(to.tag, local),
      placesOf: evidence.placesOf,
    },
    evidence.controlFailure(from.tag, protocol) ?? evidence.doubt(byId.get(probe.from)?.machine ?? ''),
  );
  const gone = evidence.gone(probe.from) ?? evidence.gone(probe.to);
  // Proof from both ends was given before it went.
  if (gone === null || seen.outcome === 'reached') return seen;
  return { ...seen, outcome: 'not-measured', detail: gone, responder: null, rttMs: null };
}

/**
 * Makes all probes at once, one agent per machine, both ends watched; see docs/probing.md.
 * Gives an observation for every probe: what could not be measured says why. Throws only when `signal` aborts.
 */
export async function runProbes(request: ProbeRequest): Promise<ProbeRun> {
  const startedAt = performance.now();
  const timings = request.timings ?? defaultTimings;
  const byId = new Map(request.places.map((place) => [place.id, place]));
  const foreignPort = (protocol: 'tcp' | 'udp') =>
    new Set(
      request.probes
        .filter((probe) => probe.port !== null && probe.protocol === protocol)
        .flatMap(({ to, orTo = [] }) => [to, ...orTo]),
    );
  const rawTcp = foreignPort('tcp');
  const rawUdp = foreignPort('udp');
  const refusals = new Map<number, string>();
  const twice = idsGivenTwice(request.probes);

  const { evidence, plan } = await runBatch({
    connections: request.connections,
    // Also places that no probe names: one of them may be the one that answers instead.
    places: request.places.map((place) => ({
      ...place,
      rawTcp: rawTcp.has(place.id),
      rawUdp: rawUdp.has(place.id),
      ports: request.listen?.get(place.id) ?? [],
    })),
    compile: (standing) => {
      const rows = createAskRows(request.probes.length);
      for (const [at, probe] of request.probes.entries()) {
        const ask = twice.has(probe.id) ? `two probes have the id ${probe.id}` : compileProbe(probe, byId, standing);
        const machine = byId.get(probe.from)?.machine;
        if (typeof ask === 'string' || machine === undefined) refusals.set(probe.id, String(ask));
        else rows.add(at, machine, probe.from, ...ask);
      }
      return rows.plan();
    },
    probeCount: request.probes.length,
    timings,
    signal: request.signal,
    timeoutMs: request.timeoutMs,
  });

  const shortestMs = Math.min(...timings.attemptTimeoutsMs);
  const observations = lazyMap(request.probes, (probe, at) => {
    const refusal = refusals.get(probe.id);
    return refusal === undefined
      ? observe(probe, plan.numbers[at] ?? notAsked, byId, evidence, shortestMs)
      : notMeasured(probe.id, refusal);
  });
  return { observations, notes: evidence.notes(), durationMs: performance.now() - startedAt };
}
