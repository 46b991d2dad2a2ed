import type { ListenPort, Place } from '../../probe/types.ts';
import type { Bench } from '../build/bench.ts';
import type { ActorState, Scene } from '../build/scene.ts';

/** What a container is called in a batch. */
export function placeIdOf({ node, name }: Pick<ActorState, 'node' | 'name'>): string {
  return `${node}/${name}`;
}

/** Where an agent can stand of an experiment: its running containers and tasks. */
export function actorPlaces(scene: Scene): readonly Place[] {
  const actors = actorsOf(scene);
  return actors.flatMap((actor) => {
    const { view } = actor;
    if (view === null || !view.running || view.pid === 0) return [];
    // A container that joined another's namespace has neither sandbox nor files of its own.
    const owner = ownerOf(actor, actors)?.view ?? view;
    return [
      {
        id: placeIdOf(actor),
        machine: actor.node,
        namespacePath: view.sandboxKey !== '' ? view.sandboxKey : `/proc/${view.pid}/ns/net`,
        hostsPath: view.hostsPath || owner.hostsPath || '/etc/hosts',
        resolvConfPath: view.resolvConfPath || owner.resolvConfPath || '/etc/resolv.conf',
      },
    ];
  });
}

export function actorsOf(scene: Scene): readonly ActorState[] {
  return [...scene.containers.values(), ...[...scene.services.values()].flatMap(({ tasks }) => tasks)];
}

/** Whose network namespace it joined; null for one with its own. */
export function ownerOf(actor: ActorState, actors: readonly ActorState[]): ActorState | null {
  const mode = actor.view?.networkMode ?? '';
  if (!mode.startsWith('container:')) return null;
  const joined = mode.slice('container:'.length);
  return actors.find(({ view, name }) => view?.id === joined || name === joined) ?? null;
}

/** A machine of the lab as ends name it: `node:m1`, `lan`, `world`. */
export function machinePlace(id: string, machine: string): Place {
  return { id, machine, namespacePath: null, hostsPath: '/etc/hosts', resolvConfPath: '/etc/resolv.conf' };
}

/** What a node is called in a batch, as itself. */
export function nodePlaceId(node: string): string {
  return `node:${node}`;
}

export function nodePlaces(bench: Bench, nodes: ReadonlySet<string>): readonly Place[] {
  return [...nodes].filter((name) => bench.connections.has(name)).map((name) => machinePlace(nodePlaceId(name), name));
}

/** Ports where the agent answers in containers: those that they publish, and those that their file says. */
export function listenPorts(scene: Scene): Map<string, readonly ListenPort[]> {
  const listen = new Map<string, readonly ListenPort[]>();
  for (const actor of scene.containers.values()) {
    const { publish, listen: own } = actor.definition;
    listen.set(
      placeIdOf(actor),
      [...publish, ...own].map(({ port, protocol }) => ({ port, protocol })),
    );
  }
  for (const { definition, tasks } of scene.services.values()) {
    for (const task of tasks)
      listen.set(
        placeIdOf(task),
        definition.publish.map(({ port, protocol }) => ({ port, protocol })),
      );
  }
  return listen;
}

/** Adds a port to a place's, once. */
export function alsoListen(listen: Map<string, readonly ListenPort[]>, place: string, port: ListenPort): void {
  const known = listen.get(place) ?? [];
  if (known.some((one) => one.port === port.port && one.protocol === port.protocol)) return;
  listen.set(place, [...known, port]);
}
