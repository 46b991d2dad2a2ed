import type { VagrantConfig } from '../config/types.ts';

export type ProviderKind = 'netns' | 'vagrant';

export type NodeRole = 'manager' | 'worker' | 'outsider';

/** Addresses that one node's engine may give to local networks; disjoint from every other node's. */
export interface ContainerPool {
  /** The whole, a /16: what the other machines have a route to, by way of this node. */
  subnet: string;
  /** Address and prefix of docker0 (`dockerd --bip`). */
  defaultBridge: string;
  /** Where the engine takes subnets that nobody asked for (docker_gwbridge): a /17, cut into /24. */
  automatic: { base: string; prefixLength: number };
}

export interface NodePlan {
  name: string;
  role: NodeRole;
  /** IPv4 on the segment, without prefix. */
  address: string;
  mac: string;
  /** Null where the node runs no engine (an outsider). */
  containerPool: ContainerPool | null;
  /** The part of the segment that macvlan and ipvlan networks of this node hand out, in CIDR; null without an engine. */
  segmentRange: string | null;
}

/** Beyond the gateway: the internet, or what stands in for it. */
export interface WorldPlan {
  /** `world` */
  name: string;
  address: string;
  /** 203.0.113.0/24 (TEST-NET-3, RFC 5737). */
  subnet: string;
  /** The gateway's address on the world's side. */
  gateway: string;
}

export interface LabPlan {
  lab: string;
  provider: ProviderKind;
  segment: { subnet: string; prefixLength: number; gateway: string };
  world: WorldPlan;
  nodes: readonly NodePlan[];
  swarm: { addressPool: string; dataPathPort: number };
  /** `built-in`, or a reference that the nodes pull. */
  image: string;
  /** What the virtual machines are made of; null in a lab without them. */
  vagrant: VagrantConfig | null;
  /** Only in a lab that an experiment has for itself. */
  engines?: EnginesPlan;
  /** Deadline of a verb that changes the lab. */
  timeoutMs: number;
}

/** How a lab's engines differ from those that `up` starts. */
export interface EnginesPlan {
  /** Keys of daemon.json beside the lab's own (dockerd(8)). */
  options: Readonly<Record<string, unknown>>;
  /** False: they form none. */
  swarm: boolean;
  /** Where a key-value store is started for overlays as they were before swarm mode; null: none. */
  clusterStore: { machine: string; address: string } | null;
}

/** A node that has an engine. */
export type EngineNode = NodePlan & { containerPool: ContainerPool; segmentRange: string };
