/** Docker's words for how far a network is known (`docker network inspect`, Scope). */
export type DeclaredScope = 'local' | 'swarm' | 'global';

export interface EngineInfo {
  version: string;
  apiVersion: string;
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
  /** `swarm` asks for a swarm-wide network, made once, on a manager. */
  scope: 'local' | 'swarm';
  labels: Readonly<Record<string, string>>;
}

export interface NetworkView {
  id: string;
  name: string;
  driver: string;
  scope: DeclaredScope;
  options: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  subnets: readonly string[];
}

export interface ContainerSpec {
  name: string;
  image: string;
  command: readonly string[];
  /** `bridge`, `host`, `none`, `container:NAME`, or a network's name. */
  network: string;
  labels: Readonly<Record<string, string>>;
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
  addresses: Readonly<Record<string, { ip: string; mac: string; gateway: string }>>;
}

export interface SwarmNodeView {
  id: string;
  hostname: string;
  role: 'manager' | 'worker';
  state: string;
  availability: string;
  address: string;
  labels: Readonly<Record<string, string>>;
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
  leaveSwarm(signal: AbortSignal): Promise<void>;
  /** Managers only. The tokens are secrets. */
  joinTokens(signal: AbortSignal): Promise<{ manager: string; worker: string }>;
  listSwarmNodes(signal: AbortSignal): Promise<readonly SwarmNodeView[]>;
  removeSwarmNode(id: string, signal: AbortSignal): Promise<void>;
}

export interface SwarmInit {
  /** Address only. */
  advertiseAddress: string;
  /** Address and port. */
  listenAddress: string;
  dataPathAddress: string;
  dataPathPort: number;
  addressPool: string;
  subnetPrefixLength: number;
}

export interface SwarmJoin {
  advertiseAddress: string;
  listenAddress: string;
  dataPathAddress: string;
  remoteAddresses: readonly string[];
  joinToken: string;
}
