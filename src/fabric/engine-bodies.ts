import type { ContainerSpec, EndpointSpec, NetworkSpec, ServiceSpec } from './engine-port.ts';

/** For `POST /networks/create`. */
export function networkBody(spec: NetworkSpec): object {
  const ipam = spec.ipam && {
    Driver: 'default',
    Config: [
      {
        Subnet: spec.ipam.subnet,
        ...(spec.ipam.gateway === undefined ? {} : { Gateway: spec.ipam.gateway }),
        ...(spec.ipam.ipRange === undefined ? {} : { IPRange: spec.ipam.ipRange }),
      },
    ],
  };
  return {
    Name: spec.name,
    CheckDuplicate: true,
    // A template has the driver "null": the network that is made from it names the real one.
    ...(spec.configOnly === true ? {} : { Driver: spec.driver }),
    Internal: spec.internal ?? false,
    Attachable: spec.attachable ?? false,
    ...(ipam === null ? {} : { IPAM: ipam }),
    Options: spec.options,
    Labels: spec.labels,
    ...(spec.scope === 'local' ? {} : { Scope: spec.scope }),
    ...(spec.configOnly === true ? { ConfigOnly: true } : {}),
    ...(spec.configFrom === undefined ? {} : { ConfigFrom: { Network: spec.configFrom } }),
  };
}

const builtInNetworks: readonly string[] = ['default', 'bridge', 'host', 'none'];

function isOwnNetwork(network: string): boolean {
  return !builtInNetworks.includes(network) && !network.startsWith('container:');
}

/** For `POST /containers/create`. */
export function containerBody(spec: ContainerSpec): object {
  const { endpoint = {}, publish = [], expose = [], env = {} } = spec;
  const ports = [...expose, ...publish];
  const own = isOwnNetwork(spec.network);
  const links = endpoint.links ?? [];
  // What the default bridge cannot do (aliases, a fixed address) is asked of it all the same: the refusal is the engine's.
  const asks = own || endpoint.ip !== undefined || (endpoint.aliases ?? []).length > 0;
  return {
    name: spec.name,
    Image: spec.image,
    ...(spec.command === null ? {} : { Cmd: spec.command }),
    ...(spec.entrypoint === undefined ? {} : { Entrypoint: spec.entrypoint }),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: spec.labels,
    // Up to API 1.43 the container has the address; later ones take it from the endpoint.
    ...(endpoint.mac === undefined ? {} : { MacAddress: endpoint.mac }),
    ...(ports.length === 0 ? {} : { ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])) }),
    HostConfig: {
      NetworkMode: spec.network,
      ...(own || links.length === 0 ? {} : { Links: links }),
      ...(publish.length === 0 ? {} : { PortBindings: portBindings(publish) }),
      ...(spec.capabilities === undefined ? {} : { CapAdd: spec.capabilities }),
      ...(spec.restart === undefined ? {} : { RestartPolicy: { Name: spec.restart } }),
    },
    ...(asks
      ? {
          NetworkingConfig: {
            EndpointsConfig: { [spec.network]: endpointBody(own ? endpoint : { ...endpoint, links: [] }) },
          },
        }
      : {}),
  };
}

/** An endpoint's settings, for a container's creation and for `POST /networks/{id}/connect`. */
export function endpointBody(endpoint: EndpointSpec): object {
  const { ip, mac, aliases = [], links = [] } = endpoint;
  return {
    ...(ip === undefined ? {} : { IPAMConfig: { IPv4Address: ip } }),
    ...(mac === undefined ? {} : { MacAddress: mac }),
    ...(aliases.length === 0 ? {} : { Aliases: aliases }),
    ...(links.length === 0 ? {} : { Links: links }),
  };
}

/** For `POST /services/create`. */
export function serviceBody(spec: ServiceSpec): object {
  return {
    Name: spec.name,
    Labels: spec.labels,
    TaskTemplate: {
      ContainerSpec: {
        Image: spec.image,
        ...(spec.command === null ? {} : { Command: spec.command }),
        Labels: spec.labels,
        // What runs there has nothing to finish.
        StopGracePeriod: 0,
      },
      Placement: { Constraints: spec.constraints },
      Networks: spec.networks.map((network) => ({ Target: network })),
    },
    Mode: { Replicated: { Replicas: spec.replicas } },
    EndpointSpec: {
      Mode: spec.endpointMode,
      Ports: spec.publish.map(({ port, protocol, hostPort, mode }) => ({
        Protocol: protocol,
        TargetPort: port,
        PublishedPort: hostPort,
        PublishMode: mode,
      })),
    },
  };
}

function portBindings(publish: NonNullable<ContainerSpec['publish']>): Record<string, object[]> {
  const bindings: Record<string, object[]> = {};
  for (const one of publish) {
    const key = portKey(one);
    bindings[key] = [...(bindings[key] ?? []), { HostIp: one.hostAddress ?? '', HostPort: `${one.hostPort}` }];
  }
  return bindings;
}

function portKey({ port, protocol }: { port: number; protocol: 'tcp' | 'udp' }): string {
  return `${port}/${protocol}`;
}
