import type { EngineNode } from '../../plan/types.ts';
import type { ActorState, ServiceState } from '../build/scene.ts';

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

/** A node that asks another for a service's published port. */
export interface MeshAsk {
  from: string;
  node: Pick<EngineNode, 'name' | 'address'>;
  protocol: 'tcp' | 'udp';
  hostPort: number;
  tasks: readonly ActorState[];
}

/**
 * Every node is to answer on the port of a service that the routing mesh publishes: it learns by gossip where tasks run, and
 * opens the port then (libnetwork, `addLBBackend`). Each node is asked by its neighbour in the list; a service without tasks
 * is asked for nowhere. Pure.
 */
export function meshAsks(
  services: Iterable<ServiceState>,
  nodes: readonly Pick<EngineNode, 'name' | 'address'>[],
): readonly MeshAsk[] {
  return [...services].flatMap(({ definition, tasks }) =>
    definition.publish
      .filter(({ mode }) => mode === 'ingress' && tasks.length > 0)
      .flatMap(({ hostPort, protocol }) =>
        nodes.flatMap((node, index): MeshAsk[] => {
          const from = nodes[(index + 1) % nodes.length];
          return from === undefined || from === node ? [] : [{ from: from.name, node, protocol, hostPort, tasks }];
        }),
      ),
  );
}
