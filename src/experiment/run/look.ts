import { settleAll } from '../../core/pool.ts';
import type { ContainerView } from '../../fabric/engine-port.ts';
import { type Bench, connectionTo } from '../build/bench.ts';
import { managerOf } from '../build/build.ts';
import type { ActorState, Scene, ServiceState } from '../build/scene.ts';

/** Asks the engines how every container and task of the experiment stands now. */
export async function refreshScene(scene: Scene): Promise<void> {
  const { bench, signal } = scene;
  await settleAll(
    [...scene.containers.values()].map(async (actor) => {
      const view = await connectionTo(bench, actor.node).engine.inspectContainer(actor.name, signal);
      actor.view = view;
      const addresses = addressesOf(view);
      actor.addresses = { ...actor.addresses, ...addresses };
      for (const [network, ip] of Object.entries(addresses)) {
        const key = `${actor.name} ${network}`;
        if (!scene.firstAddresses.has(key)) scene.firstAddresses.set(key, ip);
      }
    }),
  );
  if (scene.services.size === 0) return;
  await settleAll([...scene.services.values()].map((service) => refreshService(scene, service)));
}

export function addressesOf(view: ContainerView | null): Record<string, string> {
  const entries = Object.entries(view?.addresses ?? {}).map(([network, { ip }]) => [network, ip] as const);
  return Object.fromEntries(entries.filter(([, ip]) => ip !== ''));
}

async function refreshService(scene: Scene, service: ServiceState): Promise<void> {
  const { bench, signal } = scene;
  const manager = connectionTo(bench, managerOf(scene));
  const [view, tasks, members] = await Promise.all([
    manager.work.inspectService(service.definition.name, signal),
    manager.work.listTasks(service.definition.name, signal),
    manager.engine.listSwarmNodes(signal),
  ]);
  const networks = await settleAll(
    service.definition.networks.map(
      async (name) => [(await manager.engine.inspectNetwork(name, signal))?.id ?? name, name] as const,
    ),
  );
  const nameOf = new Map(networks);
  const virtual = Object.entries(view?.virtualAddresses ?? {}).flatMap(([id, address]) => {
    const name = nameOf.get(id);
    return name === undefined ? [] : [[name, address] as const];
  });
  const hostnames = new Map(members.map(({ id, hostname }) => [id, hostname]));
  const running = tasks.filter(
    ({ state, desiredState, containerId }) => state === 'running' && desiredState === 'running' && containerId !== '',
  );
  const states = await settleAll(
    running.map(({ containerId, nodeId }) => taskState(bench, hostnames.get(nodeId) ?? '', containerId, signal)),
  );
  scene.services.set(service.definition.name, {
    definition: service.definition,
    tasks: states.flatMap((state) => (state === null ? [] : [state])).toSorted((a, b) => a.name.localeCompare(b.name)),
    taskViews: tasks,
    virtualAddresses: Object.fromEntries(virtual),
  });
}

async function taskState(
  bench: Bench,
  node: string,
  container: string,
  signal: AbortSignal,
): Promise<ActorState | null> {
  if (!bench.connections.has(node)) return null;
  const view = await connectionTo(bench, node).engine.inspectContainer(container, signal);
  if (view === null || !view.running) return null;
  return { name: view.name, node, view, meantToBeDown: false, addresses: addressesOf(view) };
}
