import type { CellQuestion } from '../experiment/language/questions.ts';
import { type Aim, planJourney } from './journey.ts';
import { type Party, tasksOf } from './party.ts';
import { decide, type Prediction } from './rule.ts';
import { deliveryRules } from './rules/delivery.ts';
import { agree, target } from './said.ts';
import { defaultNetwork, landlordOf, nodeOf, type Stand } from './stand.ts';
import {
  type ContainerWorld,
  faultsInForce,
  isFrom,
  type NetworkWorld,
  type NodeWorld,
  type ServiceWorld,
  type World,
  wireOf,
} from './world.ts';

type Ask = Pick<CellQuestion, 'protocol' | 'port'>;

/** A host port: of a container that publishes it, of a service, or of whoever publishes it on a node. */
export function predictPublished(world: World, ask: Ask, from: Stand, to: Party): Prediction {
  switch (to.kind) {
    case 'service':
      return agree([...world.nodes.values()].slice(0, 1).map((node) => ofService(world, ask, from, to.service, node)));
    case 'container':
      return ofContainer(world, ask, from, to.container);
    case 'machine': {
      const node = to.machine === 'lan' || to.machine === 'world' ? undefined : world.nodes.get(to.machine);
      return node === undefined ? target('published.nobody') : atNode(world, ask, from, node);
    }
  }
}

function publication({ publish }: Pick<ContainerWorld, 'publish'>, { protocol, port }: Ask) {
  return publish.find((one) => one.hostPort === port && one.protocol === protocol);
}

function atNode(world: World, ask: Ask, from: Stand, node: NodeWorld): Prediction {
  const container = [...world.containers.values()].find(
    (one) => one.node === node.letter && one.running && publication(one, ask) !== undefined,
  );
  if (container !== undefined) return ofContainer(world, ask, from, container);
  const service = [...world.services.values()].find(({ publish }) =>
    publish.some(({ hostPort, protocol }) => hostPort === ask.port && protocol === ask.protocol),
  );
  return service === undefined
    ? atPort(world, ask, from, node, target('published.nobody'))
    : ofService(world, ask, from, service, node);
}

function ofContainer(world: World, ask: Ask, from: Stand, container: ContainerWorld): Prediction {
  const node = world.nodes.get(container.node);
  if (node === undefined) return target('target.unknown');
  const published = publication(container, ask);
  if (published === undefined || !container.running) return atPort(world, ask, from, node, target('published.nobody'));
  const landlord = landlordOf(world, container);
  if (landlord.attach.kind === 'host') return target('published.on-the-host');
  const attachments = landlord.attach.kind === 'networks' ? landlord.attach.attachments : [];
  const network = attachments.length === 0 ? null : defaultNetwork(world, landlord, attachments);
  if (network !== null && network.strange !== null) return target('published.strange');
  if (container.portsMoved && (network === null || network.internal))
    return afterMove(world, ask, from, node, { left: network, port: published.port });
  const byBridge =
    network !== null && !network.internal && (network.driver === 'bridge' || network.driver === 'overlay');
  if (!byBridge) return atPort(world, ask, from, node, target('published.not-by-this-network'));
  const { hostAddress } = published;
  const local = from.kind === 'machine' && !from.host && nodeOf(world, from) === container.node;
  if (hostAddress?.startsWith('127.') === true)
    return local
      ? target('published.loopback')
      : atPort(world, ask, from, node, target('published.loopback-elsewhere'));
  if (hostAddress !== null && hostAddress !== '0.0.0.0') return target('published.other-address');
  const onLan = attachments.some(({ network: key }) => {
    const one = world.networks.get(key);
    return one !== undefined && wireOf(one, container.node).kind === 'segment';
  });
  if (onLan) return target('published.several-networks');
  return atPort(world, ask, from, node, target('published.port'), { by: network, rewrittenPort: published.port });
}

/** The network that published its ports is gone, and what is left would not have published them. */
function afterMove(
  world: World,
  ask: Ask,
  from: Stand,
  node: NodeWorld,
  { left, port }: { left: NetworkWorld | null; port: number },
): Prediction {
  if (isFrom(node, 21) !== false) return target('published.moved-to-internal.unsure');
  if (left === null) return atPort(world, ask, from, node, target('published.not-by-this-network'));
  return atPort(world, ask, from, node, target('published.moved-to-internal'), { by: null, rewrittenPort: port });
}

function ofService(world: World, ask: Ask, from: Stand, service: ServiceWorld, node: NodeWorld): Prediction {
  const published = service.publish.find(
    ({ hostPort, protocol }) => hostPort === ask.port && protocol === ask.protocol,
  );
  if (published === undefined) return atPort(world, ask, from, node, target('published.nobody'));
  const tasks = tasksOf(world, service);
  if (tasks.length === 0) {
    // Where it had tasks, nobody has waited for the last of them to end.
    const never = service.replicas === 0 && !service.shrunk;
    const sure = published.mode === 'host' && never && !faultsInForce(world);
    if (!sure) return target('service.no-tasks');
  }
  if (published.mode === 'host') {
    if (tasks.every((task) => task.node !== node.letter))
      return atPort(world, ask, from, node, target('published.host-mode.elsewhere'));
    if (!tasks.some((task) => publishesByItself(world, task)))
      return atPort(world, ask, from, node, target('published.not-by-this-network'));
    const sure = tasks.length === 1;
    const rewritten = { by: null, rewrittenPort: published.port };
    return sure ? atPort(world, ask, from, node, target('published.host-mode'), rewritten) : target('target.several');
  }
  if (!node.member) return atPort(world, ask, from, node, target('ingress.not-a-member'));
  if (faultsInForce(world)) return target('ingress.cut');
  if (node.features !== null && !node.features.has('ip_vs')) return target('ingress.needs-ip-vs');
  if (nodeOf(world, from) === node.letter) return target('ingress.from-a-node');
  return atPort(world, ask, from, node, target('ingress.mesh'));
}

/**
 * Ports in mode host are published as any container's: beside an overlay by docker_gwbridge, which an internal one has not. A
 * task without networks of its own is on the default bridge.
 */
function publishesByItself(world: World, task: ContainerWorld): boolean {
  const attachments = task.attach.kind === 'networks' ? task.attach.attachments : [];
  if (attachments.length === 0) return true;
  const network = defaultNetwork(world, task, attachments);
  return network !== null && !network.internal;
}

/** What the node's port says, to whoever gets as far as the node; `by`: the network that publishes it, where that matters. */
function atPort(
  world: World,
  ask: Ask,
  from: Stand,
  node: NodeWorld,
  said: Prediction,
  { by, rewrittenPort }: { by: NetworkWorld | null; rewrittenPort: number | null } = { by: null, rewrittenPort: null },
): Prediction {
  const to: Stand = { kind: 'machine', machine: node.letter, host: false };
  const aim: Aim = { kind: 'machine' };
  const { protocol, port } = ask;
  const come = decide(
    deliveryRules,
    planJourney(world, { protocol, port, from, to, aim, silent: false, rewrittenPort }),
  );
  if (come === null || come.expected !== 'reached') return come ?? target('target.unknown');
  const inside = from.kind === 'container' && from.owner.node === node.letter;
  return inside && said.expected === 'reached' ? fromInside(world, ask, from, node, said, by) : said;
}

/** On its own node a container's packets do not have their destination rewritten: the engine's proxy answers for the port. */
function fromInside(
  world: World,
  { protocol }: Ask,
  { owner, attachments }: Extract<Stand, { kind: 'container' }>,
  node: NodeWorld,
  said: Prediction,
  by: NetworkWorld | null,
): Prediction {
  if (said.rule.id !== 'published.port') return target('published.from-a-container');
  const way = defaultNetwork(world, owner, attachments);
  if (way?.internal === true) return target('published.from-an-internal-bridge');
  // The rule that keeps a bridge's packets from being rewritten comes with its translation (libnetwork, `setupIPTablesInternal`).
  if (way?.driver === 'bridge' && !way.masquerade && way.key !== by?.key)
    return target(isFrom(node, 28) === false ? 'published.from-an-untranslated-bridge' : 'published.from-a-container');
  if (protocol === 'tcp' && isFrom(node, 28) === false) return target('published.by-the-proxy');
  if (protocol === 'udp' && isFrom(node, 21) === false) return target('published.by-the-proxy.udp');
  return target('published.from-a-container');
}
