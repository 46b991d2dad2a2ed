import type { ContainerView, EngineInfo, NetworkView, SwarmNodeView } from './engine-port.ts';

type Json = Record<string, unknown>;

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const array = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const string = (value: unknown): string => (typeof value === 'string' ? value : '');
const strings = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(object(value)).map(([key, entry]) => [key, string(entry)]));

const swarmStates = ['inactive', 'pending', 'active', 'error', 'locked'] as const;

/** From `GET /info` and `GET /version` (Docker Engine API). */
export function engineInfo(infoJson: unknown, versionJson: unknown): EngineInfo {
  const info = object(infoJson);
  const version = object(versionJson);
  const swarm = object(info.Swarm);
  const cluster = string(object(swarm.Cluster).ID);
  return {
    version: string(version.Version),
    apiVersion: string(version.ApiVersion),
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
  };
}

/** From `GET /containers/{id}/json`. */
export function containerView(containerJson: unknown): ContainerView {
  const container = object(containerJson);
  const state = object(container.State);
  const settings = object(container.NetworkSettings);
  const addresses = Object.entries(object(settings.Networks)).map(([name, endpointJson]) => {
    const endpoint = object(endpointJson);
    return [
      name,
      { ip: string(endpoint.IPAddress), mac: string(endpoint.MacAddress), gateway: string(endpoint.Gateway) },
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
  };
}
