import type { NodeLetter } from '../experiment/language/definition.ts';
import { parseEnd } from '../experiment/language/ends.ts';
import { type Stand, standOf } from './stand.ts';
import { type ContainerWorld, type MachineName, newContainer, type ServiceWorld, type World } from './world.ts';

/** Somebody whom a question names. */
export type Party =
  | { kind: 'machine'; machine: MachineName; stand: Stand }
  | { kind: 'container'; container: ContainerWorld; stand: Stand }
  | { kind: 'service'; service: ServiceWorld };

/** Who an end is; null for one that is not there at all. */
export function partyOf(world: World, end: string): Party | null {
  const parsed = parseEnd(end);
  switch (parsed?.kind) {
    case undefined:
      return null;
    case 'lan':
    case 'world':
      return machine(parsed.kind);
    case 'node':
      return world.nodes.has(parsed.node) ? machine(parsed.node) : null;
    case 'service': {
      const service = world.services.get(parsed.name);
      return service === undefined ? null : { kind: 'service', service };
    }
    case 'container': {
      const container = world.containers.get(parsed.name);
      return container === undefined ? null : { kind: 'container', container, stand: standOf(world, container) };
    }
  }
}

function machine(name: MachineName): Party {
  return { kind: 'machine', machine: name, stand: { kind: 'machine', machine: name, host: false } };
}

/** Where those stand who may ask in its name: each of a service's tasks; nobody where it does not run. */
export function standsOf(world: World, from: Party): readonly { stand: Stand; container: ContainerWorld | null }[] {
  switch (from.kind) {
    case 'machine':
      return [{ stand: from.stand, container: null }];
    case 'container':
      return from.container.running ? [{ stand: from.stand, container: from.container }] : [];
    case 'service':
      return tasksOf(world, from.service).map((task) => ({ stand: standOf(world, task), container: task }));
  }
}

/** A container for each node that a task of the service may be on. */
export function tasksOf(world: World, service: ServiceWorld): readonly ContainerWorld[] {
  if (service.replicas === 0) return [];
  const candidates = service.nodes.filter((letter) => {
    const node = world.nodes.get(letter);
    return node !== undefined && !node.drained && node.member;
  });
  return candidates.map((node) => taskOn(service, node));
}

function taskOn({ name, networks, publish }: ServiceWorld, node: NodeLetter): ContainerWorld {
  const attachments = networks.map((network) => ({ network, ip: null, aliases: [] }));
  return {
    ...newContainer({ name: `${name}.${node}`, node, attach: { kind: 'networks', attachments } }),
    publish: publish.map(({ port, protocol, hostPort }) => ({ port, protocol, hostPort, hostAddress: null })),
  };
}
