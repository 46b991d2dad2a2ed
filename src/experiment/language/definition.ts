import type { DeclaredScope } from '../../fabric/engine-port.ts';
import type { By, Outcome, Protocol } from '../../probe/types.ts';
import type { KernelFeature } from '../types.ts';

// An experiment after its file was read: defaults filled in, every reference known to exist. docs/experiments.md is its
// language; src/experiment/language/schema.ts the one source of that.

/** Nodes are named by letter: A is the first manager, the others follow in the plan's order (workers, then managers). */
export type NodeLetter = 'A' | 'B' | 'C' | 'D' | 'E';

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
  node: NodeLetter;
  /** Null: the lab's image. */
  image: string | null;
  attach:
    /** The first is given at creation, the others are connected before the start. The default bridge is `bridge`. */
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

/**
 * Who probes or is probed: a container or a service (`svc:NAME` for its virtual name) of the experiment,
 * `node:LETTER`, `lan` (the outsider) or `world`.
 */
export type EndName = string;

/** When a stated expectation holds; all that is given must. */
export interface Condition {
  engine: VersionRange | null;
  forwardPolicy: 'ACCEPT' | 'DROP' | null;
  provider: string | null;
}

/** What a cell of a table says. `any`: asked and shown, but nothing is expected. */
export type ExpectedOutcome = 'reached' | 'not-reached' | 'no-resolver' | 'any' | Exclude<Outcome, 'reached' | 'not-measured'>;

export interface CellDefinition {
  from: EndName;
  to: EndName;
  expected: ExpectedOutcome;
  /** Why this one, and where that is documented; null where the step's own words do. */
  because: string | null;
  see: string | null;
  /** 1-based line in the file. */
  line: number | null;
}

/**
 * A matrix with what is expected of it; the first variant whose condition holds speaks, and where none does nothing is
 * asked. Every `to` can be aimed at when the step begins: the file was checked for that.
 */
export interface ProbeDefinition {
  /**
   * `published`: a host port. To `node:X` it goes to that node's LAN address, to a container where that publishes the
   * port (its host address, else its node's LAN address); who must see it is the container or service that publishes.
   */
  by: By | 'published';
  /** By IP: the target's address on this network; null where it has one address only. */
  network: string | null;
  protocols: readonly Protocol[];
  /** Published: the host port, never null. Otherwise null means the agent's own listener. */
  port: number | null;
  /** A name that is asked for instead of the target's own (an alias, `tasks.web`). */
  name: string | null;
  variants: readonly { when: Condition | null; cells: readonly CellDefinition[] }[];
}

/** A look at something that is no probe; see docs/experiments.md for each. */
export type CheckDefinition =
  | { kind: 'address'; container: string; network: string; within: string | null; equals: string | null; prefixLength: number | null; gateway: string | null }
  | { kind: 'interfaces'; container: string; equals: readonly string[] }
  | { kind: 'same-address'; containers: readonly string[] }
  | { kind: 'hosts-file'; container: string; contains: readonly string[]; lacks: readonly string[] }
  | { kind: 'environment'; container: string; contains: Readonly<Record<string, string>>; lacks: readonly string[] }
  | { kind: 'scope'; network: string; node: NodeLetter; equals: DeclaredScope }
  | { kind: 'members'; network: string; node: NodeLetter; equals: readonly string[] }
  | { kind: 'listed'; network: string; node: NodeLetter; equals: boolean }
  /** Every address of the name, asked `lookups` times; `fairShare`: each comes first in at least that share of them. */
  | { kind: 'answers'; container: string; name: string; targets: readonly string[] | null; count: number | null; lookups: number; fairShare: number | null }
  | { kind: 'running'; container: string; equals: boolean; exitCode: number | null }
  | { kind: 'logs'; container: string; matches: string }
  | { kind: 'published'; container: string; equals: readonly string[] }
  | { kind: 'mtu'; container: string; network: string; equals: number }
  | { kind: 'node-state'; node: NodeLetter; equals: string };

export type WaitCondition =
  | { kind: 'name'; from: EndName; name: string; answers: boolean }
  | { kind: 'reached'; from: EndName; to: EndName; by: By; equals: boolean }
  | { kind: 'node-state'; node: NodeLetter; equals: string }
  | { kind: 'tasks'; service: string; running: number }
  | { kind: 'running'; container: string; equals: boolean };

export type ActionDefinition =
  | { kind: 'probe'; probe: ProbeDefinition }
  | { kind: 'check'; checks: readonly CheckDefinition[] }
  | { kind: 'create'; container: string }
  | { kind: 'create-service'; service: string }
  | { kind: 'connect'; container: string; attachment: AttachmentDefinition }
  | { kind: 'disconnect'; container: string; network: string }
  | { kind: 'start' | 'stop' | 'restart' | 'remove'; container: string }
  | { kind: 'scale'; service: string; replicas: number }
  /** Swarm ports and others, on one node; `direction` is seen from that node. Undone at the end in any case. */
  | { kind: 'block' | 'open'; node: NodeLetter; protocol: 'tcp' | 'udp' | 'esp'; port: number | null; direction: 'in' | 'out' | 'both' }
  | { kind: 'drain' | 'activate' | 'promote' | 'demote' | 'leave' | 'join' | 'lose' | 'revive'; node: NodeLetter }
  | { kind: 'route'; node: NodeLetter | 'lan'; to: { network: string; node: NodeLetter }; via: NodeLetter }
  | { kind: 'wait'; condition: WaitCondition; timeoutMs: number }
  | { kind: 'run'; in: { kind: 'container'; name: string } | { kind: 'node'; node: NodeLetter }; command: readonly string[]; exitStatus: number; matches: string | null }
  /** The engine must refuse what the inner action asks for, with a message like this. */
  | { kind: 'refused'; action: ActionDefinition | { kind: 'create-network'; network: string }; matches: string };

export interface StepDefinition {
  title: string;
  /** Why, in a sentence for people; null where the title says it. */
  because: string | null;
  /** Where it is documented. */
  see: string | null;
  /** The step is only taken where this holds; null: always. */
  when: Condition | null;
  action: ActionDefinition;
  line: number | null;
}
