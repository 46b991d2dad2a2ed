import type { DeclaredScope } from '../../fabric/engine-port.ts';
import type { KernelFeature } from '../types.ts';
import type { StepDefinition } from './step-definition.ts';
import type { nodeLetters } from './vocabulary.ts';

export type * from './step-definition.ts';

// An experiment after its file was read: defaults filled in, every reference known to exist. docs/experiments.md is its
// language; src/experiment/language/schema.ts the one source of that.

/** Nodes are named by letter: A is the first manager, the others follow in the plan's order (workers, then managers). */
export type NodeLetter = (typeof nodeLetters)[number];

export interface Experiment {
  /** As in `swarmlab run ID`: lower case, hyphens; the name of its file. */
  id: string;
  title: string;
  /** What it shows, for reading aloud; paragraphs. */
  about: string;
  /** Where it comes from, or where it is documented. */
  sources: readonly string[];
  needs: Needs;
  /** `swarm` or `engine`: nothing else may run meanwhile. `nothing`: it may run beside others. */
  disturbs: 'nothing' | 'swarm' | 'engine';
  /** Null: it runs in the lab that is up. Otherwise a lab is made for it alone, and removed. */
  ownLab: OwnLab | null;
  networks: readonly NetworkDefinition[];
  containers: readonly ContainerDefinition[];
  services: readonly ServiceDefinition[];
  steps: readonly StepDefinition[];
  /** Where its text is, for messages; null for one made in code. */
  file: string | null;
}

export interface Needs {
  /** Nodes with an engine. */
  nodes: number;
  outsider: boolean;
  kernel: readonly KernelFeature[];
  engine: VersionRange | null;
  /** Programs on this machine, with Debian's package: `etcd` for the legacy key-value store. */
  programs: readonly string[];
}

/** Such as `>=20.10 <27`: all comparisons hold. Versions compare by their numbers (major, minor, patch). */
export interface VersionRange {
  text: string;
  comparisons: readonly { operator: '<' | '<=' | '>' | '>=' | '='; version: readonly number[] }[];
}

export interface OwnLab {
  managers: number;
  workers: number;
  outsiders: number;
  /** Keys of daemon.json beside the lab's own, such as `{ icc: false }`. */
  engine: Readonly<Record<string, unknown>>;
  /** Null: engines without a swarm. */
  swarm: { dataPathPort: number } | null;
  /** The key-value store of overlays before swarm mode; started beside the lab's engines. */
  clusterStore: 'etcd' | null;
}

/** Several may have one name, on nodes that none of the others has: local networks that differ from node to node. */
export interface NetworkDefinition {
  name: string;
  /** `bridge`, `overlay`, `macvlan`, `ipvlan`. */
  driver: string;
  /** Where it is made. Swarm-wide ones are made once, on the first manager; the others on each of these. */
  nodes: readonly NodeLetter[];
  /** Asked of the engine (`--scope`); null leaves it to the driver. */
  scope: DeclaredScope | null;
  /** Null: the plan gives every node's network a subnet of its own. */
  subnet: string | null;
  /** Null with a given subnet: none is asked for. */
  gateway: string | null;
  ipRange: string | null;
  internal: boolean;
  attachable: boolean;
  options: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  /** For macvlan and ipvlan: the node's interface on the segment, an 802.1Q subinterface of it, or none at all. */
  parent: { kind: 'segment' } | { kind: 'vlan'; id: number } | { kind: 'none' } | null;
  configOnly: boolean;
  configFrom: string | null;
}

export interface ContainerDefinition {
  name: string;
  /** The name that stands for it and others alike (`count`); null for one by itself. */
  group: string | null;
  node: NodeLetter;
  /** Null: the lab's image. */
  image: string | null;
  /** Of networks the first is given at creation, the others are connected before the start. The default bridge is `bridge`. */
  attach:
    | { kind: 'networks'; networks: readonly AttachmentDefinition[] }
    | { kind: 'host' }
    | { kind: 'none' }
    | { kind: 'container'; name: string };
  /** `target` or `target:alias`, as `docker run --link`. */
  links: readonly string[];
  publish: readonly PublishDefinition[];
  env: Readonly<Record<string, string>>;
  /** Null: it idles. */
  command: readonly string[] | null;
  /** Null: the image's. */
  entrypoint: readonly string[] | null;
  /** Ports that its engine is told of (`--expose`), beside the published ones; links open these. */
  expose: readonly PortDefinition[];
  /** Ports where the agent answers in its namespace, beside those that probes need. */
  listen: readonly PortDefinition[];
  capabilities: readonly string[];
  restart: 'no' | 'always' | 'on-failure' | 'unless-stopped';
  labels: Readonly<Record<string, string>>;
  /** False: a step creates it. */
  atStart: boolean;
}

export interface AttachmentDefinition {
  network: string;
  ip: string | null;
  mac: string | null;
  aliases: readonly string[];
}

export interface PortDefinition {
  port: number;
  protocol: 'tcp' | 'udp';
}

export interface PublishDefinition extends PortDefinition {
  /** On the host; the agent listens on the container's `port`. */
  hostPort: number;
  /** Null: all addresses. */
  hostAddress: string | null;
}

export interface ServiceDefinition {
  /** Never a container's name too. */
  name: string;
  image: string | null;
  command: readonly string[] | null;
  replicas: number;
  /** Null: anywhere. Otherwise tasks stay on these nodes. */
  nodes: readonly NodeLetter[] | null;
  endpointMode: 'vip' | 'dnsrr';
  publish: readonly (PortDefinition & { hostPort: number; mode: 'ingress' | 'host' })[];
  networks: readonly string[];
  /** False: a step creates it. */
  atStart: boolean;
}
