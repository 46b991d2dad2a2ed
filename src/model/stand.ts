import type { NodeLetter } from '../experiment/language/definition.ts';
import {
  type AttachmentWorld,
  type ContainerWorld,
  isFrom,
  type MachineName,
  type NetworkWorld,
  type World,
} from './world.ts';

/** The network namespace that somebody is in. */
export type Stand =
  /** A machine's own; `host`: a container lives in it. */
  | { kind: 'machine'; machine: MachineName; host: boolean }
  | { kind: 'container'; owner: ContainerWorld; attachments: readonly AttachmentWorld[] }
  /** Loopback alone. */
  | { kind: 'lone'; name: string; why: 'none' | 'detached' | 'abandoned' | 'unplugged' };

/** The namespace of a container. A circle of `container:` stands nowhere. */
export function standOf(world: World, container: ContainerWorld): Stand {
  let owner: ContainerWorld | undefined = container;
  for (let hops = 0; owner?.attach.kind === 'container' && hops <= world.containers.size; hops += 1) {
    if (owner.abandoned) return { kind: 'lone', name: container.name, why: 'abandoned' };
    owner = world.containers.get(owner.attach.name);
  }
  if (owner === undefined || owner.attach.kind === 'container')
    return { kind: 'lone', name: container.name, why: 'abandoned' };
  if (owner.unplugged) return { kind: 'lone', name: owner.name, why: 'unplugged' };
  switch (owner.attach.kind) {
    case 'host':
      return { kind: 'machine', machine: owner.node, host: true };
    case 'none':
      return { kind: 'lone', name: owner.name, why: 'none' };
    case 'networks': {
      const { attachments } = owner.attach;
      if (attachments.length === 0) return { kind: 'lone', name: owner.name, why: 'detached' };
      return { kind: 'container', owner, attachments };
    }
  }
}

/** Whose name, address and networks a container has: itself, or whom it lodges with, wherever that one is now. */
export function landlordOf(world: World, container: ContainerWorld): ContainerWorld {
  let owner = container;
  for (let hops = 0; owner.attach.kind === 'container' && hops <= world.containers.size; hops += 1) {
    owner = world.containers.get(owner.attach.name) ?? owner;
  }
  return owner;
}

export function sameStand(left: Stand, right: Stand): boolean {
  if (left.kind === 'machine') return right.kind === 'machine' && left.machine === right.machine;
  if (left.kind === 'lone') return right.kind === 'lone' && left.name === right.name;
  return right.kind === 'container' && left.owner.name === right.owner.name;
}

/** The node that somebody is on; null for machines without an engine. */
export function nodeOf(world: World, stand: Stand): NodeLetter | null {
  switch (stand.kind) {
    case 'machine':
      return stand.machine === 'lan' || stand.machine === 'world' ? null : stand.machine;
    case 'container':
      return stand.owner.node;
    case 'lone':
      return world.containers.get(stand.name)?.node ?? null;
  }
}

/**
 * The networks of a container in the order in which its engine thinks of them: those with a way out first, then by name
 * (libnetwork, `Endpoint.Less`).
 */
export function networksOf(world: World, attachments: readonly AttachmentWorld[]): readonly NetworkWorld[] {
  return attachments
    .flatMap(({ network }) => world.networks.get(network) ?? [])
    .toSorted((a, b) => Number(a.internal) - Number(b.internal) || (a.name < b.name ? -1 : 1));
}

/**
 * The network that a container's default route leaves by; null where it has none. An overlay gives no gateway: without
 * another network that does, docker_gwbridge is added (libnetwork, `needDefaultGW`). Internal bridges had one before engine 25.
 */
export function defaultNetwork(
  world: World,
  owner: ContainerWorld,
  attachments: readonly AttachmentWorld[],
): NetworkWorld | null {
  const node = world.nodes.get(owner.node);
  const ordered = networksOf(world, attachments);
  const open = ordered.filter(({ internal }) => !internal);
  const withGateway = open.find(({ driver }) => driver !== 'overlay');
  if (withGateway !== undefined) return withGateway;
  const oldEngine = node === undefined || isFrom(node, 25) === false;
  const shut = ordered.find(({ driver, internal }) => internal && driver === 'bridge');
  if (oldEngine && shut !== undefined) return shut;
  return open[0] ?? null;
}
