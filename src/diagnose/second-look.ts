import { answersAreLate } from './causes/segment.ts';
import type { CollectRequest } from './collect.ts';
import type { Diagnosis, Facts, PingFact } from './facts.ts';
import { machinesToWatch } from './look.ts';
import { planPair } from './pair.ts';
import { readPings } from './read-look.ts';
import { standWitnesses, takeTestimony } from './testify.ts';
import type { Look } from './witness-protocol.ts';

const calmEveryMs = 15;
/** Slow answers are no lost ones: so many times what they took is waited for. */
const patience = 5;
const mostPatientMs = 4_000;

/** Echoes of machines that have time take less. */
const busyMs = 20;

/**
 * Where echoes take long: whether they alone say so, no queue, no rule and no interface being found that does it; or some
 * were lost, and nothing says anything, or they take so long that nobody knows: what was asked of ports may then be late, or
 * lost, as well. Pure.
 */
export function deservesSecondLook({ cause, byEchoesAlone }: Diagnosis, facts: Facts): boolean {
  if (slowestOf(facts) < busyMs) return false;
  const lost = facts.pings.some(({ sent, answered }) => answered < sent);
  if (lost && (cause.confidence === 'undecided' || (answersAreLate(facts) && cause.id !== 'segment.delays')))
    return true;
  return byEchoesAlone === true;
}

const slowestOf = ({ pings }: Facts) => Math.max(0, ...pings.map(({ medianMs }) => medianMs ?? 0));

/** The echoes of a look and nothing else, further apart, and waited for as they seem to need it. Pure. */
export function calmly(look: Look, slowestMs: number): Look {
  const asks = look.asks
    .filter((ask) => ask.kind === 'ping')
    .map((ask) => ({
      ...ask,
      intervalMs: Math.max(ask.intervalMs, calmEveryMs),
      waitMs: Math.max(ask.waitMs, Math.min(mostPatientMs, Math.round(slowestMs * patience))),
    }));
  return { ...look, watch: [], interiors: [], crowd: [], overlays: [], asks };
}

/** Of two times that the same was asked, the better one: what is broken is broken both times. Pure. */
export function betterOf(first: readonly PingFact[], again: readonly PingFact[]): readonly PingFact[] {
  return first.map((one) => {
    const other = again.find(
      ({ from, to, size, inside }) => from === one.from && to === one.to && size === one.size && inside === one.inside,
    );
    if (other === undefined) return one;
    const better = other.answered * one.sent >= one.answered * other.sent ? other : one;
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
  const slowestMs = slowestOf(facts);
  const present = [...seen.values()].flatMap(({ containers }) => containers);
  const witnesses = await standWitnesses(request, machinesToWatch(pair, plan), pair, present, [], (look) =>
    calmly(look, slowestMs),
  );
  const testimonies = await takeTestimony(witnesses, Promise.resolve(), signal, []);
  return {
    ...facts,
    pings: betterOf(
      facts.pings,
      testimonies.flatMap((one) => readPings(one, pair)),
    ),
  };
}
