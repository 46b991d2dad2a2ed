import type { ActorState, Scene } from '../build/scene.ts';
import type { ProbeDefinition } from '../language/definition.ts';
import { actorsOf, ownerOf, placeIdOf } from './places.ts';

/** Somebody who asks or is asked, as found in the lab. */
export interface EndState {
  /** Places of which any will do; none where nothing of it runs. */
  places: readonly string[];
  machine: string | null;
  /** Why no place is there; null where one is. */
  absent: string | null;
  /** Absent because a step made it so. */
  meantToBeAbsent: boolean;
  /** The name that it is asked by. */
  name: string;
  actor: ActorState | null;
}

/** Finds who `alpine1`, `svc:web`, `node:A`, `lan` and `world` are now. Total. */
export function findEnd(scene: Scene, end: string): EndState {
  const { bench } = scene;
  if (end === 'world') return machineEnd('world', bench.plan.world.name, bench.plan.world.name);
  if (end === 'lan') {
    const { outsider } = bench;
    return outsider === null ? nobody(end, 'the lab has no outsider') : machineEnd('lan', outsider.name, outsider.name);
  }
  if (end.startsWith('node:')) {
    const node = [...bench.nodes].find(([letter]) => letter === end.slice(5))?.[1];
    return node === undefined
      ? nobody(end, `the lab has no node ${end.slice(5)}`)
      : machineEnd(`node:${node.name}`, node.name, node.name);
  }
  const service = scene.services.get(end.replace(/^svc:/, ''));
  if (service !== undefined && !scene.containers.has(end)) {
    const { tasks, definition } = service;
    const absent = tasks.length === 0 ? `no task of ${definition.name} runs` : null;
    const places = tasks.map(placeIdOf);
    return {
      places,
      machine: tasks[0]?.node ?? null,
      absent,
      // Without a fault and with tasks asked for, something else keeps them from running: that says nothing of networks.
      meantToBeAbsent: definition.replicas === 0 || scene.faults.size > 0,
      name: definition.name,
      actor: tasks[0] ?? null,
    };
  }
  const actor = scene.containers.get(end);
  if (actor === undefined) return nobody(end, `there is no ${end}`);
  const runs = actor.view?.running === true && actor.view.pid !== 0;
  const absent = runs ? null : `${end} is not running${exitOf(actor)}`;
  return {
    places: runs ? [placeIdOf(actor)] : [],
    machine: actor.node,
    absent,
    meantToBeAbsent: actor.meantToBeDown,
    name: end,
    actor,
  };
}

function exitOf({ view, meantToBeDown }: ActorState): string {
  if (view === null) return meantToBeDown ? ' (it does not exist)' : ' (its engine does not know it)';
  return meantToBeDown ? '' : ` (it ended with exit status ${view.exitCode ?? '?'})`;
}

function machineEnd(place: string, machine: string, name: string): EndState {
  return { places: [place], machine, absent: null, meantToBeAbsent: false, name, actor: null };
}

function nobody(name: string, absent: string): EndState {
  return { places: [], machine: null, absent, meantToBeAbsent: false, name, actor: null };
}

/** The address that an end has on a network, or its only one; or why there is none. */
export function addressOf(
  scene: Scene,
  end: string,
  network: string | null,
): { address: string } | { missing: string } {
  const { bench } = scene;
  const state = findEnd(scene, end);
  if (state.actor === null && state.machine !== null) {
    const machine = [...bench.plan.nodes, bench.plan.world].find(({ name }) => name === state.machine);
    return machine === undefined ? { missing: `${end} has no address` } : { address: machine.address };
  }
  if (state.actor === null) return { missing: state.absent ?? `${end} has no address` };
  const service = scene.services.get(end.replace(/^svc:/, ''));
  if (service !== undefined && !scene.containers.has(end)) {
    const virtual = service.virtualAddresses;
    return pick(Object.keys(virtual).length > 0 ? virtual : state.actor.addresses, end, network);
  }
  const holder = ownerOf(state.actor, actorsOf(scene)) ?? state.actor;
  if (holder.view?.networkMode === 'host') return addressOfNode(scene, holder.node);
  return pick(holder.addresses, end, network);
}

function addressOfNode(scene: Scene, node: string): { address: string } | { missing: string } {
  const found = scene.bench.plan.nodes.find(({ name }) => name === node);
  return found === undefined ? { missing: `${node} has no address` } : { address: found.address };
}

function pick(
  addresses: Readonly<Record<string, string>>,
  end: string,
  network: string | null,
): { address: string } | { missing: string } {
  const own = Object.entries(addresses).filter(([name]) => name !== 'docker_gwbridge' && name !== 'ingress');
  const found = network === null ? own[0]?.[1] : addresses[network];
  if (found !== undefined && found !== '') return { address: found };
  return { missing: network === null ? `${end} has no address` : `${end} has no address on ${network}` };
}

/** Who must see a probe of a published port, and where it goes. */
export function findPublished(
  scene: Scene,
  probe: Pick<ProbeDefinition, 'port'>,
  from: string,
  to: string,
  protocol: 'tcp' | 'udp',
): { address: string; publishers: readonly ActorState[] } | { missing: string } {
  const { bench } = scene;
  const state = findEnd(scene, to);
  const publishers = publishersOf(scene, probe.port, protocol);
  const address = publishedAddress(scene, from, to, probe.port, protocol);
  if (address === null) return { missing: state.absent ?? `${to} publishes nothing` };
  if (to.startsWith('node:')) {
    const onNode = publishers.filter(({ node, isTask }) => node === state.machine || isTask);
    return { address, publishers: onNode.map(({ actor }) => actor) };
  }
  const service = scene.services.get(to.replace(/^svc:/, ''));
  if (service !== undefined && !scene.containers.has(to))
    return { address: bench.nodes.get('A')?.address ?? address, publishers: service.tasks };
  return { address, publishers: state.actor === null ? [] : [state.actor] };
}

/** Where the port is published; nobody but the node itself can aim at its loopback. */
function publishedAddress(
  scene: Scene,
  from: string,
  to: string,
  port: number | null,
  protocol: 'tcp' | 'udp',
): string | null {
  const { machine } = findEnd(scene, to);
  const definition = scene.containers.get(to)?.definition;
  const publication = definition?.publish.find((one) => one.hostPort === port && one.protocol === protocol);
  const host = publication?.hostAddress ?? null;
  const local = from.startsWith('node:') && findEnd(scene, from).machine === machine;
  if (host !== null && host !== '0.0.0.0' && (local || !host.startsWith('127.'))) return host;
  return scene.bench.plan.nodes.find(({ name }) => name === machine)?.address ?? null;
}

function publishersOf(
  scene: Scene,
  port: number | null,
  protocol: 'tcp' | 'udp',
): readonly { actor: ActorState; node: string; isTask: boolean }[] {
  const publishes = (list: readonly { hostPort: number; protocol: string }[]) =>
    list.some((one) => one.hostPort === port && one.protocol === protocol);
  const containers = [...scene.containers.values()].filter(({ definition }) => publishes(definition.publish));
  const tasks = [...scene.services.values()]
    .filter(({ definition }) => publishes(definition.publish))
    .flatMap((one) => one.tasks);
  return [
    ...containers.map((actor) => ({ actor, node: actor.node, isTask: false })),
    ...tasks.map((actor) => ({ actor, node: actor.node, isTask: true })),
  ];
}
