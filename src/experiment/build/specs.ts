import type { ContainerSpec, EndpointSpec, NetworkSpec, ServiceSpec } from '../../fabric/engine-port.ts';
import type { EngineNode, LabPlan } from '../../plan/types.ts';
import type {
  AttachmentDefinition,
  ContainerDefinition,
  Experiment,
  NetworkDefinition,
  ServiceDefinition,
} from '../language/definition.ts';
import { defaultBridge } from '../language/vocabulary.ts';
import { isSwarmWide, planAddressesOf } from './allot.ts';
import { experimentLabels } from './labels.ts';

/** Runs until it is killed, and asks nothing of the image but what busybox has. */
export const idleCommand: readonly string[] = ['tail', '-f', '/dev/null'];

/** A network as the engine of `node` is asked for it; `parent` is the node's interface on the segment. Pure. */
export function networkSpec(
  network: NetworkDefinition,
  experiment: Pick<Experiment, 'id'>,
  node: EngineNode,
  plan: LabPlan,
  given: { number: number; parent: string | null },
): NetworkSpec {
  const { name, driver, internal, attachable, options } = network;
  return {
    name,
    driver,
    ipam: planAddressesOf(network, node, plan, given.number),
    options: { ...parentOption(network, given.parent), ...options },
    internal,
    attachable,
    // Overlays are swarm-wide, or global with a key-value store, by themselves.
    scope: isSwarmWide(network) && network.driver !== 'overlay' ? (network.scope ?? 'local') : 'local',
    // An engine takes nothing but the template's name for a network that is made from one, not even labels.
    labels: network.configFrom === null ? { ...network.labels, ...experimentLabels(plan.lab, experiment.id) } : {},
    ...(network.configOnly ? { configOnly: true } : {}),
    ...(network.configFrom === null ? {} : { configFrom: network.configFrom }),
  };
}

function parentOption(network: NetworkDefinition, parent: string | null): Record<string, string> {
  if (parent === null || network.configFrom !== null) return {};
  switch (network.parent?.kind) {
    case 'segment':
      return { parent };
    case 'vlan':
      // The engine makes the subinterface, and removes it with the network.
      return { parent: `${parent}.${network.parent.id}` };
    case 'none':
    case undefined:
      return {};
  }
}

/** A container as its engine is asked for it: the first of its networks goes with it, the others are connected before the start. Pure. */
export function containerSpec(
  container: ContainerDefinition,
  experiment: Pick<Experiment, 'id'>,
  plan: Pick<LabPlan, 'lab'>,
  image: string,
): ContainerSpec {
  const { name, attach, links } = container;
  const first = attach.kind === 'networks' ? attach.networks[0] : undefined;
  return {
    name,
    image: container.image ?? image,
    command: container.command ?? (container.entrypoint === null && container.image === null ? idleCommand : null),
    network: networkMode(container),
    labels: { ...container.labels, ...experimentLabels(plan.lab, experiment.id) },
    endpoint: { ...(first === undefined ? {} : endpointSpec(first)), links },
    publish: container.publish,
    expose: container.expose,
    env: container.env,
    ...(container.entrypoint === null ? {} : { entrypoint: container.entrypoint }),
    ...(container.capabilities.length === 0 ? {} : { capabilities: container.capabilities }),
    restart: container.restart,
  };
}

function networkMode({ attach }: ContainerDefinition): string {
  switch (attach.kind) {
    case 'networks':
      return attach.networks[0]?.network ?? defaultBridge;
    case 'host':
    case 'none':
      return attach.kind;
    case 'container':
      return `container:${attach.name}`;
  }
}

export function endpointSpec({ ip, mac, aliases }: AttachmentDefinition): EndpointSpec {
  return {
    ...(ip === null ? {} : { ip }),
    ...(mac === null ? {} : { mac }),
    aliases,
  };
}

/** A service as the swarm is asked for it. Constraints must all hold, so a choice of nodes is told by those that are not in it. Pure. */
export function serviceSpec(
  service: ServiceDefinition,
  experiment: Pick<Experiment, 'id'>,
  plan: LabPlan,
  image: string,
  nodes: readonly string[] | null,
): ServiceSpec {
  const members = plan.nodes.filter(({ role }) => role !== 'outsider').map(({ name }) => name);
  const others = nodes === null ? [] : members.filter((name) => !nodes.includes(name));
  return {
    name: service.name,
    image: service.image ?? image,
    command: service.command ?? (service.image === null ? idleCommand : null),
    replicas: service.replicas,
    constraints: others.map((name) => `node.hostname!=${name}`),
    endpointMode: service.endpointMode,
    publish: service.publish,
    networks: service.networks,
    labels: experimentLabels(plan.lab, experiment.id),
  };
}
