import type { SwarmInit, SwarmJoin } from './swarm-options.ts';

/** Docker's words for how far a network is known (`docker network inspect`, Scope). */
export type DeclaredScope = 'local' | 'swarm' | 'global';

export interface EngineInfo {
  version: string;
  kernel: string;
  operatingSystem: string;
  cgroupVersion: string;
  swarm: {
    state: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
    nodeId: string;
    nodeAddress: string;
    clusterId: string | null;
    isManager: boolean;
    error: string;
  };
}

export interface NetworkSpec {
  name: string;
  driver: string;
  /** IPv4 address plan; null leaves it to the engine. */
  ipam: { subnet: string; gateway?: string; ipRange?: string } | null;
  options: Readonly<Record<string, string>>;
  internal?: boolean;
  attachable?: boolean;
  /** `swarm` asks for a swarm-wide network, made once, on a manager; `local` leaves it to the driver. */
  scope: DeclaredScope;
  labels: Readonly<Record<string, string>>;
  /** A template that other networks of the node take their configuration from (`--config-only`). */
  configOnly?: boolean;
  /** Name of such a template (`--config-from`). */
  configFrom?: string;
}

export interface NetworkView {
  id: string;
  name: string;
  driver: string;
  scope: DeclaredScope;
  options: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  subnets: readonly string[];
  /** Containers of this node that are on it, as one inspection of it lists them; a list of networks leaves it empty. */
  members?: readonly NetworkMember[];
  /** The template that it was made from (`--config-from`); null for any other. */
  configFrom?: string | null;
  internal?: boolean;
  /** Addresses of the nodes that gossip knows on an overlay, as one inspection of it lists them. */
  peers?: readonly string[];
}

export interface NetworkMember {
  /** Of the container; `lb-NAME` is an overlay's own endpoint for services. */
  id: string;
  name: string;
  /** With prefix length. */
  address: string;
}

/** What a container asks for on one network. */
export interface EndpointSpec {
  ip?: string;
  mac?: string;
  aliases?: readonly string[];
  /** `target` or `target:alias`; on the default bridge they belong to the container. */
  links?: readonly string[];
}

export interface PortPublication {
  port: number;
  protocol: 'tcp' | 'udp';
  hostPort: number;
  /** Null: all addresses. */
  hostAddress: string | null;
}

export interface ContainerSpec {
  name: string;
  image: string;
  /** Null: the image's own. */
  command: readonly string[] | null;
  /** `bridge`, `host`, `none`, `container:NAME`, or a network's name. */
  network: string;
  labels: Readonly<Record<string, string>>;
  endpoint?: EndpointSpec;
  publish?: readonly PortPublication[];
  /** Ports that the image would name with EXPOSE: a link opens them where `icc` is off. */
  expose?: readonly { port: number; protocol: 'tcp' | 'udp' }[];
  env?: Readonly<Record<string, string>>;
  entrypoint?: readonly string[];
  capabilities?: readonly string[];
  restart?: 'no' | 'always' | 'on-failure' | 'unless-stopped';
}

/** A container's place on a network. */
export interface EndpointView {
  ip: string;
  mac: string;
  gateway: string;
  prefixLength?: number;
  /** Up to engine 25 the container's short id is among them. */
  aliases?: readonly string[];
}

export interface ContainerView {
  id: string;
  name: string;
  running: boolean;
  /** On the engine's host; 0 when it does not run. */
  pid: number;
  /** Path of the network namespace on the engine's host; empty for a joined one (see networkMode). */
  sandboxKey: string;
  networkMode: string;
  hostsPath: string;
  resolvConfPath: string;
  labels: Readonly<Record<string, string>>;
  /** By network name. */
  addresses: Readonly<Record<string, EndpointView>>;
  /** Of its last end; 0 while it runs. */
  exitCode?: number;
  /** As `docker ps` shows them, without the engine's IPv6 lines: `0.0.0.0:8080->80/tcp`. */
  published?: readonly string[];
  /** `NAME=value`, as the engine was told. */
  env?: readonly string[];
}

export interface ServiceSpec {
  name: string;
  image: string;
  command: readonly string[] | null;
  replicas: number;
  /** Such as `node.hostname==m1`; all must hold. */
  constraints: readonly string[];
  endpointMode: 'vip' | 'dnsrr';
  publish: readonly { port: number; protocol: 'tcp' | 'udp'; hostPort: number; mode: 'ingress' | 'host' }[];
  networks: readonly string[];
  /** On the service, and on its tasks' containers. */
  labels: Readonly<Record<string, string>>;
}

export interface ServiceView {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** By network id, without prefix length; none in mode dnsrr. */
  virtualAddresses: Readonly<Record<string, string>>;
}

export interface TaskView {
  id: string;
  /** Of the swarm node that it was given to; empty before that. */
  nodeId: string;
  state: string;
  desiredState: string;
  /** Empty before it has one. */
  containerId: string;
  /** What went wrong, in the engine's words; else empty. */
  error: string;
}

export interface SwarmNodeView {
  id: string;
  hostname: string;
  role: 'manager' | 'worker';
  state: string;
  availability: string;
  address: string;
  labels: Readonly<Record<string, string>>;
  /** Managers only: `leader`, `reachable`, `unreachable`; null for a worker. */
  manager?: string | null;
}

/** The Docker Engine of one node, in the tool's own types. Every call has the signal's deadline; errors are LabErrors with the engine's own message. */
export interface Engine {
  info(signal: AbortSignal): Promise<EngineInfo>;

  createNetwork(spec: NetworkSpec, signal: AbortSignal): Promise<string>;
  /** Null when the engine does not know it. */
  inspectNetwork(nameOrId: string, signal: AbortSignal): Promise<NetworkView | null>;
  listNetworks(label: string | null, signal: AbortSignal): Promise<readonly NetworkView[]>;
  /** Fine when it is gone already. */
  removeNetwork(nameOrId: string, signal: AbortSignal): Promise<void>;

  createContainer(spec: ContainerSpec, signal: AbortSignal): Promise<string>;
  startContainer(nameOrId: string, signal: AbortSignal): Promise<void>;
  inspectContainer(nameOrId: string, signal: AbortSignal): Promise<ContainerView | null>;
  /** Names and ids of all containers, stopped ones too, that carry the label (all where null). */
  listContainers(label: string | null, signal: AbortSignal): Promise<readonly { id: string; name: string }[]>;
  /** Kills it if it runs; fine when it is gone already. */
  removeContainer(nameOrId: string, signal: AbortSignal): Promise<void>;

  hasImage(reference: string, signal: AbortSignal): Promise<boolean>;
  /** A root filesystem as a tar becomes an image. */
  importImage(rootfs: Uint8Array, reference: string, signal: AbortSignal): Promise<void>;
  saveImage(reference: string, signal: AbortSignal): Promise<Uint8Array>;
  loadImage(archive: Uint8Array, signal: AbortSignal): Promise<void>;
  pullImage(reference: string, signal: AbortSignal): Promise<void>;

  initSwarm(options: SwarmInit, signal: AbortSignal): Promise<void>;
  joinSwarm(options: SwarmJoin, signal: AbortSignal): Promise<void>;
  /** Whatever it is there (force). Its node may take its time to stop: for that it is asked several times. */
  leaveSwarm(signal: AbortSignal): Promise<void>;
  /** Managers only. The tokens are secrets. */
  joinTokens(signal: AbortSignal): Promise<{ manager: string; worker: string }>;
  listSwarmNodes(signal: AbortSignal): Promise<readonly SwarmNodeView[]>;
  removeSwarmNode(id: string, signal: AbortSignal): Promise<void>;
}

/** What experiments do with an engine beyond making and removing things; errors as Engine's. */
export interface EngineWork {
  connectContainer(network: string, container: string, endpoint: EndpointSpec, signal: AbortSignal): Promise<void>;
  disconnectContainer(network: string, container: string, signal: AbortSignal): Promise<void>;
  /** Killed after `graceSeconds`; fine when it does not run. */
  stopContainer(nameOrId: string, graceSeconds: number, signal: AbortSignal): Promise<void>;
  restartContainer(nameOrId: string, graceSeconds: number, signal: AbortSignal): Promise<void>;
  /** Runs a command in a container and waits for its end; output of both streams as it came. */
  execInContainer(
    nameOrId: string,
    argv: readonly string[],
    signal: AbortSignal,
  ): Promise<{ exitStatus: number; output: string }>;
  /** All that it wrote so far, on both streams. */
  containerLogs(nameOrId: string, signal: AbortSignal): Promise<string>;

  createService(spec: ServiceSpec, signal: AbortSignal): Promise<string>;
  /** Null when the swarm does not know it. */
  inspectService(nameOrId: string, signal: AbortSignal): Promise<ServiceView | null>;
  listServices(label: string, signal: AbortSignal): Promise<readonly ServiceView[]>;
  scaleService(nameOrId: string, replicas: number, signal: AbortSignal): Promise<void>;
  /** Fine when it is gone already. */
  removeService(nameOrId: string, signal: AbortSignal): Promise<void>;
  listTasks(service: string, signal: AbortSignal): Promise<readonly TaskView[]>;
  /** Managers only. */
  updateSwarmNode(
    id: string,
    change: { availability?: 'active' | 'pause' | 'drain'; role?: 'manager' | 'worker' },
    signal: AbortSignal,
  ): Promise<void>;
}
