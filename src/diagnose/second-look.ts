import type { CollectRequest } from './collect.ts';
import type { Diagnosis, Facts, PingFact } from './facts.ts';
import { machinesToWatch } from './look.ts';
import { planPair } from './pair.ts';
import { readPings } from './read-look.ts';
import { standWitnesses, takeTestimony } from './testify.ts';
import type { Look } from './witness-protocol.ts';

/** What a machine that is busy with the looking itself may feign. */
const feigned: readonly string[] = ['segment.loses-packets', 'segment.delays', 'segment.mtu'];
const calmEveryMs = 15;

/**
 * Whether echoes alone say so, no queue, no rule and no interface being found that does it; or nothing says anything, and
 * some echoes were lost. Pure.
 */
export function deservesSecondLook({ cause }: Diagnosis, { pings }: Facts): boolean {
  if (cause.confidence === 'undecided') return pings.some(({ sent, answered }) => answered < sent);
  return cause.confidence === 'likely' && feigned.includes(cause.id);
}

/** The echoes of a look and nothing else, further apart. Pure. */
export function calmly(look: Look): Look {
  const asks = look.asks
    .filter((ask) => ask.kind === 'ping')
    .map((ask) => ({ ...ask, intervalMs: Math.max(ask.intervalMs, calmEveryMs) }));
  return { ...look, watch: [], interiors: [], crowd: [], overlays: [], asks };
}

/** Of two times that the same was asked, the better one: what is broken is broken both times. Pure. */
export function betterOf(first: readonly PingFact[], again: readonly PingFact[]): readonly PingFact[] {
  return first.map((one) => {
    const other = again.find(
      ({ from, to, size, inside }) => from === one.from && to === one.to && size === one.size && inside === one.inside,
    );
    if (other === undefined) return one;
    const better = other.answered * one.sent > one.answered * other.sent ? other : one;
    const times = [one, other].flatMap(({ medianMs }) => medianMs ?? []);
    return { ...better, medianMs: times.length === 0 ? null : Math.min(...times) };
  });
}

/**
 * The same facts, with echoes that were sent once more while nothing else went on: probes, agents and captures that begin
 * on a slow machine delay them, and lose some. Where that fails, the facts as they were. Rejects only when the signal aborts.
 */
export async function lookAgain(request: CollectRequest, facts: Facts): Promise<Facts> {
  const { plan, seen, from, to, signal } = request;
  const pair = planPair(from, to, seen, plan);
  const present = [...seen.values()].flatMap(({ containers }) => containers);
  const witnesses = await standWitnesses(request, machinesToWatch(pair, plan), pair, present, [], calmly);
  const testimonies = await takeTestimony(witnesses, Promise.resolve(), signal, []);
  return {
    ...facts,
    pings: betterOf(
      facts.pings,
      testimonies.flatMap((one) => readPings(one, pair)),
    ),
  };
}
