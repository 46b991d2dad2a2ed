import type { ContainerDefinition, NodeLetter, ServiceDefinition } from './definition.ts';
import { parseEnd } from './ends.ts';

/** What stands when a step begins, as far as the file tells. */
export interface Standing {
  containers: readonly ContainerDefinition[];
  services: readonly ServiceDefinition[];
  /** By container: the networks that it is on. A container that is not there has no entry. */
  networks: Map<string, Set<string>>;
  /** False once a step that may or may not be taken, or could not be read, changed who is where. */
  certain: boolean;
}

/** Before the first step. */
export function standingAtStart(
  containers: readonly ContainerDefinition[],
  services: readonly ServiceDefinition[],
  certain: boolean,
): Standing {
  const standing: Standing = { containers, services, networks: new Map(), certain };
  for (const { name, atStart } of containers) if (atStart) arrive(standing, name);
  return standing;
}

/** A container was created. */
export function arrive(standing: Standing, name: string): void {
  const attach = standing.containers.find((each) => each.name === name)?.attach;
  standing.networks.set(name, new Set(attach?.kind === 'networks' ? attach.networks.map((each) => each.network) : []));
}

/** Why a step cannot do something with a container now; null when it can. */
export function absence(standing: Standing, name: string): { message: string; hint: string } | null {
  if (!standing.certain || standing.networks.has(name)) return null;
  if (!standing.containers.some((each) => each.name === name)) return null;
  return { message: `${name} is not there at this step`, hint: `create it in a step before: "create: ${name}"` };
}

/** What is wrong with aiming at an end by its address; null when there is exactly one to aim at. */
export function aimProblem(
  standing: Standing,
  to: string,
  network: string | null,
): { message: string; hint: string } | null {
  const end = parseEnd(to);
  if (end?.kind === 'service') return serviceAimProblem(standing, end.name, network);
  if (end?.kind !== 'container' || !standing.certain) return null;
  const owner = namespaceOwner(standing.containers, end.name);
  if (owner === null || owner.attach.kind === 'host') return null;
  if (owner.attach.kind === 'none') {
    return { message: `${to} is on no network, so it has no address`, hint: 'by name it can be asked for' };
  }
  const on = [...(standing.networks.get(owner.name) ?? [])];
  return addressProblem(to, on, network);
}

function serviceAimProblem(standing: Standing, name: string, network: string | null) {
  const service = standing.services.find((each) => each.name === name);
  if (service === undefined) return null;
  if (service.endpointMode === 'dnsrr') {
    return { message: `svc:${name} has no virtual address: it is dnsrr`, hint: 'ask by name' };
  }
  return addressProblem(`svc:${name}`, service.networks, network);
}

function addressProblem(to: string, on: readonly string[], network: string | null) {
  if (on.length === 0) return { message: `${to} is on no network, so it has no address`, hint: 'ask by name' };
  if (network === null) {
    if (on.length === 1) return null;
    return {
      message: `${to} has several addresses: it is on ${on.join(', ')}`,
      hint: `say which, such as "network: ${on[0]}"`,
    };
  }
  if (on.includes(network)) return null;
  return { message: `${to} is not on ${network} at this step`, hint: `it is on ${on.join(', ')}` };
}

/** Whose network namespace a container is in; null for one that the file does not have, or a circle. */
function namespaceOwner(containers: readonly ContainerDefinition[], name: string): ContainerDefinition | null {
  let owner = containers.find((each) => each.name === name);
  for (let hops = 0; owner?.attach.kind === 'container'; hops += 1) {
    const { name: next } = owner.attach;
    if (hops > containers.length) return null;
    owner = containers.find((each) => each.name === next);
  }
  return owner ?? null;
}

export interface Published {
  hostPort: number;
  protocol: 'tcp' | 'udp';
  /** Null: a service, on any node. */
  node: NodeLetter | null;
  /** As an end. */
  by: string;
}

/** Every port that the file publishes. */
export function publishedPorts({ containers, services }: Pick<Standing, 'containers' | 'services'>): Published[] {
  return [
    ...containers.flatMap(({ name, node, publish }) =>
      publish.map(({ hostPort, protocol }) => ({ hostPort, protocol, node, by: name })),
    ),
    ...services.flatMap(({ name, publish }) =>
      publish.map(({ hostPort, protocol }) => ({ hostPort, protocol, node: null, by: `svc:${name}` })),
    ),
  ];
}
