import type { ContainerDefinition, NodeLetter, ServiceDefinition } from '../experiment/language/definition.ts';
import type { KernelFeature } from '../experiment/types.ts';
import type { Subnet } from '../plan/ipv4.ts';

// A lab at one moment, as far as it decides who reaches whom. Data only; src/model/steps.ts leads from one moment to the next.

/** A machine by its letter, or one without an engine. */
export type MachineName = NodeLetter | 'lan' | 'world';

/** Packets that a node drops at its interface on the segment. */
export interface Block {
  protocol: 'tcp' | 'udp' | 'esp';
  /** Null for ESP, which has none. */
  port: number | null;
  direction: 'in' | 'out' | 'both';
}

export interface NodeWorld {
  letter: NodeLetter;
  /** The node's name in the lab's DNS. */
  name: string;
  /** Of its engine; null: unknown. */
  version: { major: number; minor: number; patch: number } | null;
  /** Of the filter table's FORWARD chain: `ACCEPT`, `DROP`, or what else was read. */
  forwardPolicy: string;
  /** Null: the kernel was not asked, and is taken to have what the experiment needs. */
  features: ReadonlySet<KernelFeature> | null;
  blocks: readonly Block[];
  /** Cut off at its interface on the segment. */
  lost: boolean;
  drained: boolean;
  /** False once it left the swarm. */
  member: boolean;
  /** Promoted or demoted by a step. */
  roleChanged: boolean;
}

/** What joins ends of a network, below their addresses. */
export type Wire =
  | { kind: 'bridge' | 'dummy' | 'l3'; node: NodeLetter; network: string }
  | { kind: 'overlay'; network: string }
  | { kind: 'segment' }
  | { kind: 'vlan'; id: number };

/** A network as one engine has it; one that is swarm-wide is the same on all nodes. */
export interface NetworkWorld {
  /** `front@A`, or the bare name of a swarm-wide one. */
  key: string;
  name: string;
  driver: 'bridge' | 'overlay' | 'macvlan' | 'ipvlan';
  /** The engine's own `bridge`. */
  isDefault: boolean;
  /** Null: swarm-wide. */
  node: NodeLetter | null;
  /** Null: several, one for each node, out of the segment. */
  subnet: Subnet | null;
  /** Whether all machines of the lab have a route to it by way of its node. */
  routed: boolean;
  internal: boolean;
  icc: boolean;
  masquerade: boolean;
  encrypted: boolean;
  /** macvlan: bridge, private, vepa, passthru; ipvlan: l2, l3, l3s; empty for the others. */
  mode: string;
  /** Null for swarm-wide macvlan too, whose wire is that of its parents. */
  parent: { kind: 'segment' } | { kind: 'vlan'; id: number } | { kind: 'none' } | null;
  /** An option that the rules do not know. */
  strange: string | null;
}

export interface AttachmentWorld {
  /** Key of the network. */
  network: string;
  ip: number | null;
  aliases: readonly string[];
  /** Its engine left the swarm since, and with that forgot every name it had in DNS, those of its own networks too. */
  nameless?: true;
}

export interface ContainerWorld {
  name: string;
  node: NodeLetter;
  running: boolean;
  attach:
    | { kind: 'networks'; attachments: readonly AttachmentWorld[] }
    | Exclude<ContainerDefinition['attach'], { kind: 'networks' }>;
  /** A lodger whose host got a new namespace; it sits in the old one. */
  abandoned: boolean;
  /** Its node left the swarm, and took the networks with it. */
  unplugged: boolean;
  /** It was attached while a fault was in force: news of it may not have got through. */
  fresh: boolean;
  /** Its node was new to a network then: what it should have been told of the others may not have got through. */
  deaf: boolean;
  /** A container that came after it stopped may have its address. */
  addressFree: boolean;
  /** It was taken off the network that published its ports. */
  portsMoved: boolean;
  /** On the network (key) that the container was created on, and on no other. */
  links: readonly { target: string; alias: string; network: string }[];
  publish: ContainerDefinition['publish'];
  expose: ContainerDefinition['expose'];
}

/** One that runs, to which nothing has happened yet: linked to nobody, publishing and exposing nothing. */
export function newContainer(made: Pick<ContainerWorld, 'name' | 'node' | 'attach'>): ContainerWorld {
  return {
    ...made,
    running: true,
    abandoned: false,
    unplugged: false,
    fresh: false,
    deaf: false,
    addressFree: false,
    portsMoved: false,
    links: [],
    publish: [],
    expose: [],
  };
}

export interface ServiceWorld extends Pick<ServiceDefinition, 'name' | 'replicas' | 'endpointMode' | 'publish'> {
  /** Where its tasks may be. */
  nodes: readonly NodeLetter[];
  /** A step scaled it down: the names of tasks that ended may not be forgotten everywhere yet. */
  shrunk: boolean;
  /** Keys. */
  networks: readonly string[];
}

export interface World {
  nodes: ReadonlyMap<NodeLetter, NodeWorld>;
  /** By key. */
  networks: ReadonlyMap<string, NetworkWorld>;
  containers: ReadonlyMap<string, ContainerWorld>;
  services: ReadonlyMap<string, ServiceWorld>;
  /** Names of machines in the lab's DNS. */
  machineNames: ReadonlyMap<string, MachineName>;
  segment: Subnet;
  /** VXLAN's port. */
  dataPathPort: number;
  /** Engines share what they know by a key-value store instead of a swarm. */
  clusterStore: boolean;
  /** Routes that steps added: which machine, to which network (key), by way of which node. */
  routes: readonly { machine: NodeLetter | 'lan'; network: string; via: NodeLetter }[];
  /** `A>B`: what node A knows of node B's containers, where that is not simply all. */
  gossip: ReadonlyMap<string, 'fading' | 'forgotten' | 'returning'>;
  /** `A>web`: a step saw node A know it. */
  heard: ReadonlySet<string>;
  /** `A>web`: a step saw node A know it no more. */
  forgotten: ReadonlySet<string>;
  /** Something was done whose effect nobody knows; in words. */
  disturbed: string | null;
}

/** The network that a name means on a node; null: there is none. */
export function networkNamed(world: Pick<World, 'networks'>, name: string, node: NodeLetter): NetworkWorld | null {
  return world.networks.get(`${name}@${node}`) ?? world.networks.get(name) ?? null;
}

/** Whether something stands in the way of the swarm: then nobody waits for its news to settle. */
export function faultsInForce({ nodes }: Pick<World, 'nodes'>): boolean {
  return [...nodes.values()].some(
    ({ blocks, lost, drained, member, roleChanged }) => blocks.length > 0 || lost || drained || !member || roleChanged,
  );
}

/** Whether the engine is at least of that version; null where its version is unknown. */
export function isFrom({ version }: Pick<NodeWorld, 'version'>, major: number): boolean | null {
  return version === null ? null : version.major >= major;
}

export function wireOf(network: NetworkWorld, node: NodeLetter): Wire {
  const { driver, name } = network;
  switch (driver) {
    case 'bridge':
      return { kind: 'bridge', node, network: name };
    case 'overlay':
      return { kind: 'overlay', network: name };
    case 'macvlan':
    case 'ipvlan':
      if (driver === 'ipvlan' && network.mode.startsWith('l3')) return { kind: 'l3', node, network: '' };
      if (network.parent?.kind === 'vlan') return network.parent;
      return network.parent?.kind === 'segment' ? network.parent : { kind: 'dummy', node, network: name };
  }
}

export function sameWire(left: Wire, right: Wire): boolean {
  if (left.kind !== right.kind) return false;
  if ('id' in left) return 'id' in right && left.id === right.id;
  if (!('network' in left)) return true;
  if (!('network' in right) || left.network !== right.network) return false;
  return !('node' in left) || ('node' in right && left.node === right.node);
}
