import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import type { Awaiting } from '../../core/steps.ts';
import type { Connections } from '../../fabric/connection.ts';
import type { Place, Probe } from '../../probe/types.ts';
import { type End, subject } from '../question.ts';
import type { RunBatch } from './run-batch.ts';
import type { Sites } from './sites.ts';
import { nameOf, placeId, type Standing } from './standing.ts';

const readyTimeoutMs = 60_000;
const pollMs = 200;
const lookTimeoutMs = 10_000;

export interface ReadinessRequest {
  standings: readonly Standing[];
  places: readonly Place[];
  sites: Sites;
  connections: Connections;
  runBatch: RunBatch;
  signal: AbortSignal;
  awaiting: Awaiting;
}

/**
 * Waits until the two ends of each overlay on different nodes know each other: an endpoint's name and its forwarding
 * entry travel by gossip, after the engine has said that the container runs. Nothing is judged by it: after the deadline
 * the measurement goes on, and says what it sees.
 */
export async function awaitOverlays(request: ReadinessRequest): Promise<void> {
  const { signal, connections, runBatch } = request;
  const across = request.standings.filter(
    ({ fixture, containers }) => fixture.dockerDriver === 'overlay' && containers.has('peer'),
  );
  if (across.length === 0) return;
  let waiting = across.flatMap((standing, index) => bothWays(standing, request.sites, index * 2 + 1));
  const endsAt = performance.now() + readyTimeoutMs;
  while (waiting.length > 0 && performance.now() < endsAt) {
    request.awaiting(`${waiting.map((probe) => probe.from).join(', ')} to reach the other node`);
    const ends = new Set(waiting.flatMap((probe) => [probe.from, probe.to]));
    const places = request.places.filter((place) => ends.has(place.id));
    try {
      const { observations } = await runBatch({
        connections,
        places,
        probes: waiting,
        signal,
        timeoutMs: lookTimeoutMs,
      });
      waiting = waiting.filter((probe) => observations.get(probe.id)?.outcome !== 'reached');
    } catch (error) {
      signal.throwIfAborted();
      request.awaiting(`the probe agents: ${messageOf(error)}`);
    }
    if (waiting.length > 0) await delay(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function bothWays(standing: Standing, sites: Sites, firstId: number): Probe[] {
  const peer: End = { kind: 'container', part: 'peer' };
  return [
    { from: subject, to: peer },
    { from: peer, to: subject },
  ].map(({ from, to }, index) => ({
    id: firstId + index,
    from: placeId(standing.fixture, from, sites),
    to: placeId(standing.fixture, to, sites),
    aim: { by: 'name', name: nameOf(standing.fixture, to, sites) },
    protocol: 'icmp',
    port: null,
  }));
}
