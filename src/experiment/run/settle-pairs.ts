import type { ActorState } from '../build/scene.ts';

export interface Pair {
  from: ActorState;
  to: ActorState;
}

/** So many are asked one by one; beyond them the ends of one node ask as one. */
const mostPairs = 2_000;

/**
 * Who is to know whom on an overlay: the ends on different nodes. Of many ends one of each node asks for all of the others:
 * names, and where their packets go, an engine knows for the network as a whole (libnetwork, networkdb; the overlay's own
 * network namespace), not for each of its containers. All are asked for, so none that came late is missed. Pure.
 */
export function pairsOn(actors: readonly ActorState[], network: string): readonly Pair[] {
  const on = actors.filter(({ view }) => view?.running === true && (view.addresses[network]?.ip ?? '') !== '');
  const askers = on.length * (on.length - 1) > mostPairs ? firstOfEachNode(on) : on;
  return askers.flatMap((from) => on.filter((to) => to.node !== from.node).map((to) => ({ from, to })));
}

function firstOfEachNode(actors: readonly ActorState[]): readonly ActorState[] {
  const first = new Map<string, ActorState>();
  for (const actor of actors) if (!first.has(actor.node)) first.set(actor.node, actor);
  return [...first.values()];
}
