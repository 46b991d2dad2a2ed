import type { ContainerView, EngineInfo, NetworkView, ServiceView, SwarmNodeView, TaskView } from './engine-port.ts';

type Json = Record<string, unknown>;

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const array = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const string = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const strings = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(object(value)).map(([key, entry]) => [key, string(entry)]));

const swarmStates = ['inactive', 'pending', 'active', 'error', 'locked'] as const;

/** From `GET /info` (Docker Engine API). */
export function engineInfo(infoJson: unknown): EngineInfo {
  const info = object(infoJson);
  const swarm = object(info.Swarm);
  const cluster = string(object(swarm.Cluster).ID);
  return {
    // The same as `/version` says: both are the program's own (moby, daemon/info.go and cmd/dockerd).
    version: string(info.ServerVersion),
    kernel: string(info.KernelVersion),
    operatingSystem: string(info.OperatingSystem),
    cgroupVersion: string(info.CgroupVersion),
    swarm: {
      state: swarmStates.find((state) => state === swarm.LocalNodeState) ?? 'inactive',
      nodeId: string(swarm.NodeID),
      nodeAddress: string(swarm.NodeAddr),
      clusterId: cluster === '' ? null : cluster,
      isManager: swarm.ControlAvailable === true,
      error: string(swarm.Error),
    },
  };
}

/** From `GET /networks/{id}`. */
export function networkView(networkJson: unknown): NetworkView {
  const network = object(networkJson);
  const scope = string(network.Scope);
  return {
    id: string(network.Id),
    name: string(network.Name),
    driver: string(network.Driver),
    scope: scope === 'swarm' || scope === 'global' ? scope : 'local',
    options: strings(network.Options),
    labels: strings(network.Labels),
    subnets: array(object(network.IPAM).Config).map((config) => string(object(config).Subnet)),
    configFrom: string(object(network.ConfigFrom).Network) || null,
    internal: network.Internal === true,
    peers: array(network.Peers).map((peer) => string(object(peer).IP)),
    members: Object.entries(object(network.Containers)).map(([id, memberJson]) => {
      const member = object(memberJson);
      return { id, name: string(member.Name), address: string(member.IPv4Address) };
    }),
  };
}

/** From `GET /containers/{id}/json`. */
export function containerView(containerJson: unknown): ContainerView {
  const container = object(containerJson);
  const state = object(container.State);
  const settings = object(container.NetworkSettings);
  const addresses = Object.entries(object(settings.Networks)).map(([name, endpointJson]) => {
    const endpoint = object(endpointJson);
    const prefixLength = number(endpoint.IPPrefixLen);
    return [
      name,
      {
        ip: string(endpoint.IPAddress),
        mac: string(endpoint.MacAddress),
        gateway: string(endpoint.Gateway),
        prefixLength,
        aliases: array(endpoint.Aliases).map(string),
      },
    ] as const;
  });
  return {
    id: string(container.Id),
    name: string(container.Name).replace(/^\//, ''),
    running: state.Running === true,
    pid: typeof state.Pid === 'number' ? state.Pid : 0,
    sandboxKey: string(settings.SandboxKey),
    networkMode: string(object(container.HostConfig).NetworkMode),
    hostsPath: string(container.HostsPath),
    resolvConfPath: string(container.ResolvConfPath),
    labels: strings(object(container.Config).Labels),
    addresses: Object.fromEntries(addresses),
    exitCode: number(state.ExitCode),
    published: Object.entries(object(settings.Ports)).flatMap(([port, bindings]) =>
      array(bindings)
        .map(object)
        .filter(({ HostIp }) => !string(HostIp).includes(':'))
        .map(({ HostIp, HostPort }) => `${string(HostIp)}:${string(HostPort)}->${port}`),
    ),
    env: array(object(container.Config).Env).map(string),
  };
}

/** From `GET /services/{id}`. */
export function serviceView(serviceJson: unknown): ServiceView {
  const service = object(serviceJson);
  const spec = object(service.Spec);
  return {
    id: string(service.ID),
    name: string(spec.Name),
    labels: strings(spec.Labels),
    virtualAddresses: Object.fromEntries(
      array(object(service.Endpoint).VirtualIPs).map((one) => {
        const { NetworkID, Addr } = object(one);
        return [string(NetworkID), string(Addr).split('/')[0] ?? ''];
      }),
    ),
  };
}

/** From `GET /tasks`. */
export function taskView(taskJson: unknown): TaskView {
  const task = object(taskJson);
  const status = object(task.Status);
  return {
    id: string(task.ID),
    nodeId: string(task.NodeID),
    state: string(status.State),
    desiredState: string(task.DesiredState),
    containerId: string(object(status.ContainerStatus).ContainerID),
    error: string(status.Err),
  };
}

/** From `GET /nodes`. */
export function swarmNodeView(nodeJson: unknown): SwarmNodeView {
  const node = object(nodeJson);
  const spec = object(node.Spec);
  const status = object(node.Status);
  return {
    id: string(node.ID),
    hostname: string(object(node.Description).Hostname),
    role: spec.Role === 'manager' ? 'manager' : 'worker',
    state: string(status.State),
    availability: string(spec.Availability),
    address: string(status.Addr),
    labels: strings(spec.Labels),
    manager: node.ManagerStatus === undefined ? null : managerWord(object(node.ManagerStatus)),
  };
}

function managerWord({ Leader, Reachability }: Json): string {
  return Leader === true ? 'leader' : string(Reachability);
}
