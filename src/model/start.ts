import type { Bench, EngineFacts } from '../experiment/build/bench.ts';
import { parseEngineVersion } from '../experiment/engine-version.ts';
import type {
  ContainerDefinition,
  Experiment,
  NodeLetter,
  ServiceDefinition,
} from '../experiment/language/definition.ts';
import type { KernelFeature } from '../experiment/types.ts';
import { parseAddress, parseSubnet } from '../plan/ipv4.ts';
import type { EngineNode } from '../plan/types.ts';
import { localNetwork, planNetworks } from './networks.ts';
import { strangeDaemonKey } from './options.ts';
import {
  type AttachmentWorld,
  type ContainerWorld,
  type MachineName,
  type NetworkWorld,
  type NodeWorld,
  networkNamed,
  newContainer,
  type ServiceWorld,
  type World,
} from './world.ts';

/** The lab that is predicted for: what the runner knows of it, and what its kernels can do. */
export interface Circumstance extends Pick<Bench, 'plan' | 'nodes' | 'facts'> {
  /** By node name; a node without an entry is taken to have what is needed. */
  features?: ReadonlyMap<string, ReadonlySet<KernelFeature>>;
}

/** The world of an experiment before its first step. Pure. */
export function worldAtStart(experiment: Experiment, lab: Circumstance): World {
  const { plan, nodes } = lab;
  const networks = new Map(planNetworks(experiment, lab).map((network) => [network.key, network]));
  for (const [letter, node] of nodes) {
    const network = defaultBridge(letter, node, experiment);
    networks.set(network.key, network);
  }
  const world: World = {
    nodes: new Map([...nodes].map(([letter, node]) => [letter, nodeWorld(letter, node, lab)])),
    networks,
    containers: new Map(),
    services: new Map(),
    machineNames: machineNames(lab),
    segment: parseSubnet(plan.segment.subnet),
    dataPathPort: experiment.ownLab?.swarm?.dataPathPort ?? plan.swarm.dataPathPort,
    clusterStore: experiment.ownLab?.clusterStore != null,
    routes: [],
    gossip: new Map(),
    heard: new Set(),
    forgotten: new Set(),
    disturbed: strangeEngine(experiment),
  };
  const services = experiment.services.filter(({ atStart }) => atStart).map((one) => serviceWorld(world, one));
  const containers = experiment.containers.filter(({ atStart }) => atStart).map((one) => containerWorld(world, one));
  return {
    ...world,
    containers: new Map(containers.map((one) => [one.name, one])),
    services: new Map(services.map((one) => [one.name, one])),
  };
}

function strangeEngine({ ownLab }: Experiment): string | null {
  const key = ownLab === null ? null : strangeDaemonKey(ownLab.engine);
  return key === null ? null : `the engines are started with ${JSON.stringify(key)}`;
}

function nodeWorld(letter: NodeLetter, { name }: EngineNode, { facts, features }: Circumstance): NodeWorld {
  const { engineVersion, forwardPolicy }: Pick<EngineFacts, 'engineVersion' | 'forwardPolicy'> = facts.get(name) ?? {
    engineVersion: '',
    forwardPolicy: 'unknown',
  };
  return {
    letter,
    name,
    version: parseEngineVersion(engineVersion),
    forwardPolicy,
    features: features?.get(name) ?? null,
    blocks: [],
    lost: false,
    drained: false,
    member: true,
    roleChanged: false,
  };
}

function machineNames({ plan, nodes }: Circumstance): ReadonlyMap<string, MachineName> {
  const outsider = plan.nodes.find(({ role }) => role === 'outsider');
  return new Map<string, MachineName>([
    ...[...nodes].map(([letter, { name }]) => [name, letter] as const),
    ...(outsider === undefined ? [] : [[outsider.name, 'lan'] as const]),
    [plan.world.name, 'world'],
  ]);
}

function defaultBridge(letter: NodeLetter, node: EngineNode, { ownLab }: Experiment): NetworkWorld {
  return {
    ...localNetwork('bridge', letter),
    isDefault: true,
    subnet: parseSubnet(node.containerPool.defaultBridge),
    routed: true,
    icc: ownLab?.engine.icc !== false,
  };
}

/** A container as it is when it was just made. */
export function containerWorld(world: World, definition: ContainerDefinition): ContainerWorld {
  const { name, node, attach, links, publish, expose } = definition;
  const attachments = (attach.kind === 'networks' ? attach.networks : []).flatMap((one) => attached(world, node, one));
  return {
    ...newContainer({ name, node, attach: attach.kind === 'networks' ? { kind: 'networks', attachments } : attach }),
    links: links.flatMap((link) => {
      const [target = '', alias = target] = link.split(':');
      const [first] = attachments;
      return first === undefined ? [] : [{ target, alias, network: first.network }];
    }),
    publish,
    expose,
  };
}

export function attached(
  world: Pick<World, 'networks'>,
  node: NodeLetter,
  { network, ip, aliases }: { network: string; ip: string | null; aliases: readonly string[] },
): AttachmentWorld[] {
  const found = networkNamed(world, network, node);
  return found === null ? [] : [{ network: found.key, ip: ip === null ? null : parseAddress(ip), aliases }];
}

export function serviceWorld(world: World, definition: ServiceDefinition): ServiceWorld {
  const { name, replicas, endpointMode, publish, networks, nodes } = definition;
  const everywhere = [...world.nodes.keys()];
  return { name, replicas, endpointMode, publish, networks, nodes: nodes ?? everywhere, shrunk: false };
}
