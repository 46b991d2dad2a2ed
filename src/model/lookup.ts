import type { NodeLetter } from '../experiment/language/definition.ts';
import { newsOf } from './rules/overlay.ts';
import { networksOf, nodeOf, type Stand } from './stand.ts';
import {
  type ContainerWorld,
  faultsInForce,
  type MachineName,
  type NetworkWorld,
  type ServiceWorld,
  type World,
} from './world.ts';

/** What a name means to who asks for it. */
export type Found =
  | { kind: 'machine'; machine: MachineName }
  /** An entry of the default bridge's links in /etc/hosts. */
  | { kind: 'link'; containers: readonly ContainerWorld[]; network: NetworkWorld }
  | { kind: 'containers'; containers: readonly ContainerWorld[]; network: NetworkWorld }
  | { kind: 'service'; service: ServiceWorld; network: NetworkWorld; tasks: boolean }
  | { kind: 'nobody' };

/** A name that somebody asks for: what the rules of names look at. */
export interface Lookup {
  world: World;
  asker: Stand;
  /** The container that asks; null for a machine. */
  container: ContainerWorld | null;
  name: string;
  /** `node`: as its node does, at the lab's DNS server. `embedded`: the engine's own server, which passes on what it does not know. */
  resolver: 'none' | 'node' | 'embedded' | 'unsure';
  found: Found;
  /** What the asker's node knows of the node of whom it found. */
  news: 'known' | 'fading' | 'forgotten' | 'returning';
  /** Whether the lab's DNS server is reached from there; null: that is not known. */
  canAsk: boolean | null;
  /** Whom the question is about; null for machines and services. */
  about: ContainerWorld | null;
}

type Names = ReadonlyMap<string, readonly ContainerWorld[]>;

const indexes = new WeakMap<World, Map<string, Names>>();

/** Running containers of a network by their names and aliases on it. */
function namesOn(world: World, network: string): Names {
  const known = indexes.get(world);
  if (known !== undefined) return known.get(network) ?? new Map();
  const index = new Map<string, Map<string, ContainerWorld[]>>();
  for (const container of world.containers.values()) {
    if (!container.running || container.unplugged || container.attach.kind !== 'networks') continue;
    for (const { network: key, aliases, nameless } of container.attach.attachments) {
      if (nameless) continue;
      const names = index.get(key) ?? new Map<string, ContainerWorld[]>();
      index.set(key, names);
      for (const name of new Set([container.name, ...aliases]))
        names.set(name, [...(names.get(name) ?? []), container]);
    }
  }
  indexes.set(world, index);
  return index.get(network) ?? new Map();
}

/**
 * Looks a name up as the asker's engine would: links first, then the networks of the swarm, then the node's own, in the
 * order of their names (libnetwork, `Sandbox.ResolveName`). The default bridge has no names.
 */
export function findName(world: World, asker: Stand, name: string): Found {
  if (asker.kind === 'container') {
    const { owner, attachments } = asker;
    const networks = networksOf(world, attachments);
    const linked = linkedBy(world, owner, networks, name);
    if (linked !== null) return linked;
    const named = networks.filter(({ isDefault }) => !isDefault);
    const ordered = [...named.filter(({ node }) => node === null), ...named.filter(({ node }) => node !== null)];
    for (const network of ordered) {
      const containers = namesOn(world, network.key).get(name);
      if (containers !== undefined) return { kind: 'containers', containers, network };
      const service = serviceNamed(world, name);
      if (service?.service.networks.includes(network.key) === true && !isNameless(world, service))
        return { kind: 'service', network, ...service };
    }
  }
  const machine = asker.kind === 'lone' ? undefined : world.machineNames.get(name);
  return machine === undefined ? { kind: 'nobody' } : { kind: 'machine', machine };
}

function serviceNamed(world: World, name: string): { service: ServiceWorld; tasks: boolean } | null {
  const service = world.services.get(name);
  if (service !== undefined) return { service, tasks: service.endpointMode === 'dnsrr' };
  const tasks = name.startsWith('tasks.') ? world.services.get(name.slice('tasks.'.length)) : undefined;
  return tasks === undefined ? null : { service: tasks, tasks: true };
}

/** The addresses of its tasks, where there never were any. */
function isNameless(world: World, { service, tasks }: { service: ServiceWorld; tasks: boolean }): boolean {
  return tasks && service.replicas === 0 && !service.shrunk && !faultsInForce(world);
}

/** Whether a name is that of a service that has no tasks. */
export function namesNoTasks(world: World, name: string): boolean {
  const service = serviceNamed(world, name);
  return service !== null && isNameless(world, service);
}

/**
 * On the default bridge a link writes /etc/hosts, under its alias and the target's name; elsewhere it is an alias in DNS, on
 * the network that the container was created on (libnetwork, `Sandbox.resolveName`: aliases belong to an endpoint).
 */
function linkedBy(world: World, owner: ContainerWorld, networks: readonly NetworkWorld[], name: string): Found | null {
  for (const { target, alias, network: key } of owner.links) {
    const container = world.containers.get(target);
    if (container?.attach.kind !== 'networks' || container.node !== owner.node) continue;
    const shared = networks.find((network) => network.key === key);
    if (shared === undefined) continue;
    // A file keeps its entries: whoever was linked may have left the network since.
    if (shared.isDefault && (name === target || name === alias))
      return { kind: 'link', containers: [container], network: shared };
    const attachment = container.attach.attachments.find(({ network }) => network === key);
    if (attachment === undefined || attachment.nameless) continue;
    if (!shared.isDefault && name === alias && container.running)
      return { kind: 'containers', containers: [container], network: shared };
  }
  return null;
}

export function resolverOf(world: World, asker: Stand): Lookup['resolver'] {
  switch (asker.kind) {
    case 'machine':
      return 'node';
    case 'lone':
      return asker.why === 'none' ? 'none' : 'unsure';
    case 'container':
      return networksOf(world, asker.attachments).every(({ isDefault }) => isDefault) ? 'node' : 'embedded';
  }
}

/** The least sure that the asker's node knows of the nodes of those that it found. */
export function newsOfFound(world: World, asker: Stand, found: Found): Lookup['news'] {
  const observer = nodeOf(world, asker);
  if (observer === null) return 'known';
  // Nobody waits until the tasks that a smaller service had are forgotten.
  if (found.kind === 'service') return faultsInForce(world) || found.service.shrunk ? 'returning' : 'known';
  if (found.kind !== 'containers' || found.network.node !== null) return 'known';
  const all = found.containers.map((container) => newsOfContainer(world, observer, container, asker));
  return all.find((news) => news !== 'known') ?? 'known';
}

function newsOfContainer(world: World, observer: NodeLetter, container: ContainerWorld, asker: Stand): Lookup['news'] {
  const news = newsOf(world, observer, container.node);
  if (news !== 'known' || observer === container.node) return news;
  const fresh = container.fresh || (asker.kind === 'container' && asker.owner.deaf);
  // Without a fault the runner waits until all know all.
  return fresh && faultsInForce(world) && !world.heard.has(`${observer}>${container.name}`) ? 'returning' : 'known';
}
