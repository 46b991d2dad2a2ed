import type { NodeLetter } from '../experiment/language/definition.ts';
import { contains, overlaps } from '../plan/ipv4.ts';
import type { Protocol } from '../probe/types.ts';
import { defaultNetwork, nodeOf, type Stand, sameStand } from './stand.ts';
import {
  type AttachmentWorld,
  type ContainerWorld,
  type NetworkWorld,
  type NodeWorld,
  sameWire,
  type World,
  wireOf,
} from './world.ts';

/** How packets leave who sends them. */
export type Exit =
  /** They do not: the address is in the sender's own namespace. */
  | { kind: 'own' }
  | { kind: 'lone'; why: Extract<Stand, { kind: 'lone' }>['why'] }
  /** A machine's own routes. */
  | { kind: 'machine' }
  /** By the network that both are on. */
  | { kind: 'shared'; network: NetworkWorld }
  /** By another network on the same wire. */
  | { kind: 'wire'; network: NetworkWorld }
  /** By a network that has the address in its subnet, and is another than the target's. */
  | { kind: 'overlapping'; network: NetworkWorld; holder: Holder }
  | { kind: 'default'; network: NetworkWorld }
  | { kind: 'no-route' };

/** Who has the aimed address on the network that packets never leave; `own`: who sends them. */
type Holder = 'nobody' | 'somebody' | 'own' | 'unknown';

/** Where packets are aimed at. */
export type Aim = { kind: 'machine' } | { kind: 'container'; network: NetworkWorld; attachment: AttachmentWorld };

/** A packet's way from one namespace to an address of another: what the rules of delivery look at. */
export interface Journey {
  world: World;
  protocol: Protocol;
  port: number | null;
  from: Stand;
  to: Stand;
  aim: Aim;
  exit: Exit;
  /** Null for machines without an engine. */
  fromNode: NodeWorld | null;
  toNode: NodeWorld | null;
  /** The target's address was forgotten by its engine: it does not run. */
  silent: boolean;
  /** Of a published port: the container's, which is what the filter of the target's node sees (nat comes before filter). */
  rewrittenPort: number | null;
}

type Asked = Pick<Journey, 'protocol' | 'port' | 'from' | 'to' | 'aim' | 'silent' | 'rewrittenPort'>;

export function planJourney(world: World, asked: Asked): Journey {
  const letter = (stand: Stand) => {
    const node = nodeOf(world, stand);
    return node === null ? null : (world.nodes.get(node) ?? null);
  };
  const { from, to } = asked;
  return { ...asked, world, exit: exitOf(world, asked), fromNode: letter(from), toNode: letter(to) };
}

function exitOf(world: World, asked: Asked): Exit {
  const { from, to, aim, silent } = asked;
  if (!silent && sameStand(from, to)) return { kind: 'own' };
  switch (from.kind) {
    case 'lone':
      return { kind: 'lone', why: from.why };
    case 'machine':
      return machineExit(world, asked, nodeOf(world, from));
    case 'container':
      return aim.kind === 'machine' ? exitToMachine(world, from, to) : exitToContainer(world, from, to, aim);
  }
}

/** A node has the subnets of its own bridges. */
function machineExit(world: World, { aim, from, to }: Asked, node: NodeLetter | null): Exit {
  if (aim.kind === 'machine' || node === null || aim.network.node === node) return { kind: 'machine' };
  const own = [...world.networks.values()].filter(
    (one) => one.driver === 'bridge' && one.node === node && one.key !== aim.network.key,
  );
  return clash(world, own, aim, { from, to }) ?? { kind: 'machine' };
}

type Inside = Extract<Stand, { kind: 'container' }>;

function exitToMachine(world: World, { owner, attachments }: Inside, to: Stand): Exit {
  const beside = networksAt(world, attachments).find(
    (network) => wireOf(network, owner.node).kind === 'segment' && network.subnet?.base === world.segment.base,
  );
  const world_ = to.kind === 'machine' && to.machine === 'world';
  if (beside !== undefined && !world_) return { kind: 'wire', network: beside };
  return byDefault(world, owner, attachments);
}

function byDefault(world: World, owner: ContainerWorld, attachments: readonly AttachmentWorld[]): Exit {
  const network = defaultNetwork(world, owner, attachments);
  return network === null ? { kind: 'no-route' } : { kind: 'default', network };
}

function exitToContainer(world: World, from: Inside, to: Stand, aim: Extract<Aim, { kind: 'container' }>): Exit {
  const { owner, attachments } = from;
  const own = networksAt(world, attachments);
  const shared = own.find(({ key }) => key === aim.network.key);
  if (shared !== undefined) return { kind: 'shared', network: shared };
  const toNode = nodeOf(world, to);
  const wire = own.find(
    (network) =>
      toNode !== null &&
      sameWire(wireOf(network, owner.node), wireOf(aim.network, toNode)) &&
      (network.subnet?.base === aim.network.subnet?.base || wireOf(network, owner.node).kind === 'l3'),
  );
  if (wire !== undefined) return { kind: 'wire', network: wire };
  return clash(world, own, aim, { from, to }) ?? byDefault(world, owner, attachments);
}

/** One of these networks has the aimed address in its subnet, so packets to it never leave that network. */
function clash(
  world: World,
  own: readonly NetworkWorld[],
  aim: Extract<Aim, { kind: 'container' }>,
  between: { from: Stand; to: Stand },
): Exit | null {
  const { ip } = aim.attachment;
  const { subnet } = aim.network;
  if (subnet === null) return null;
  for (const network of own) {
    if (network.subnet === null || !overlaps(network.subnet, subnet)) continue;
    if (ip === null) return { kind: 'overlapping', network, holder: 'unknown' };
    if (!contains(network.subnet, ip)) continue;
    return { kind: 'overlapping', network, holder: holderOf(world, network, ip, between) };
  }
  return null;
}

/** Which container of the network, another than the target, has the address. */
function holderOf(world: World, network: NetworkWorld, ip: number, { from, to }: { from: Stand; to: Stand }): Holder {
  let unknown = false;
  for (const container of world.containers.values()) {
    if (!container.running || container.attach.kind !== 'networks') continue;
    if (to.kind === 'container' && to.owner.name === container.name) continue;
    for (const attachment of container.attach.attachments) {
      if (attachment.network !== network.key) continue;
      if (attachment.ip === ip)
        return from.kind === 'container' && from.owner.name === container.name ? 'own' : 'somebody';
      unknown ||= attachment.ip === null;
    }
  }
  return unknown ? 'unknown' : 'nobody';
}

function networksAt(world: World, attachments: readonly AttachmentWorld[]): NetworkWorld[] {
  return attachments.flatMap(({ network }) => world.networks.get(network) ?? []);
}

/** Whether packets of the sender's cross the segment as its node's own, or as those of a container with an address there. */
export function crossesNodes({ fromNode, toNode }: Pick<Journey, 'fromNode' | 'toNode'>): boolean {
  return fromNode === null || toNode === null || fromNode.letter !== toNode.letter;
}

/** Whether a block on a node keeps packets to a port from leaving or coming in. */
export function isBlocked(
  node: NodeWorld | null,
  protocol: 'tcp' | 'udp' | 'esp',
  port: number | null,
  direction: 'in' | 'out',
): boolean {
  return (
    node?.blocks.some(
      (block) =>
        block.protocol === protocol &&
        block.port === port &&
        (block.direction === 'both' || block.direction === direction),
    ) ?? false
  );
}
