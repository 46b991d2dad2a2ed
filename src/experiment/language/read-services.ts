import type { ServiceDefinition } from './definition.ts';
import { isSwarmWide } from './read-networks.ts';
import { readCommand, readPort, readPublish } from './read-values.ts';
import { isBroken, isKnown, type Reading, report } from './reading.ts';

/** The services of a file. */
export function readServices(reading: Reading): ServiceDefinition[] {
  const services = Object.entries(reading.document.services ?? {});
  const [first] = services;
  if (first !== undefined && reading.document.lab?.swarm === false) {
    report(reading, ['services', first[0]], {
      code: 'experiment.contradiction',
      message: 'the lab of this experiment has no swarm, so it has no services',
      hint: 'take "swarm: false" out of "lab"',
    });
  }
  return services.map(([name, given]) => {
    const said = given ?? {};
    for (const [index, network] of (said.networks ?? []).entries()) checkNetwork(reading, name, network, index);
    return {
      name,
      image: said.image ?? null,
      command: readCommand(said.command),
      replicas: said.replicas ?? 1,
      nodes: said.nodes ?? null,
      endpointMode: said.endpointMode ?? 'vip',
      publish: (said.publish ?? []).map((each) => {
        if (typeof each === 'string') {
          const { hostAddress: _all, ...ports } = readPublish(each);
          return { ...ports, mode: 'ingress' };
        }
        return { ...readPort(each.port), hostPort: each.hostPort, mode: each.mode ?? 'ingress' };
      }),
      networks: said.networks ?? [],
      atStart: said.start ?? true,
    } satisfies ServiceDefinition;
  });
}

function checkNetwork(reading: Reading, name: string, network: string, index: number): void {
  const path = ['services', name, 'networks', index];
  if (!isKnown(reading, 'network', network, path) || isBroken(reading, ['networks', network])) return;
  if (isSwarmWide(reading.document.networks?.[network] ?? {})) return;
  report(reading, path, {
    code: 'experiment.contradiction',
    message: `${network} is not swarm-wide: a service cannot be on it`,
    hint: `give ${network} "driver: overlay"`,
  });
}
