import type { Journey } from '../journey.ts';
import { isFrom } from '../world.ts';
import {
  aimedAt,
  hasAddedRoute,
  isClosed,
  isClosedBehind,
  isExit,
  type JourneyRule,
  leavesBy,
  leavesByBridge,
  leavesTranslated,
  meetsLost,
  onSameNode,
} from './case.ts';
import { source } from './sources.ts';

/** Towards a container on a bridge, from one that is on it too. */
const within = (it: Journey) => isExit(it, 'shared') && leavesBy(it)?.driver === 'bridge';

/** On the default bridge a link lets the linked container's exposed ports through where icc is off. */
function linkOpens(it: Journey): boolean {
  const { from, to, protocol, port } = it;
  if (leavesBy(it)?.isDefault !== true || from.kind !== 'container' || to.kind !== 'container') return false;
  if (!from.owner.links.some(({ target }) => target === to.owner.name)) return false;
  return [...to.owner.expose, ...to.owner.publish].some((one) => one.protocol === protocol && one.port === port);
}

export const bridgeRules: readonly JourneyRule[] = [
  {
    id: 'icc.link-opens-exposed',
    expected: 'reached',
    sentence: 'where icc is off, a link on the default bridge lets the exposed ports of the linked container through',
    reference: source.links,
    applies: (it) => within(it) && leavesBy(it)?.icc === false && linkOpens(it),
  },
  {
    id: 'icc.off',
    expected: 'not-reached',
    sentence: 'with icc off the node drops what goes from one end of a bridge to another end of it',
    reference: source.bridge,
    applies: (it) => within(it) && leavesBy(it)?.icc === false,
  },
  {
    id: 'bridge.same-segment',
    expected: 'reached',
    sentence: 'containers on one bridge are neighbours on one segment',
    reference: source.bridge,
    applies: within,
  },
];

/** Towards a container on a bridge, from anybody who is not on it. */
const into = (it: Journey) => aimedAt(it)?.driver === 'bridge' && isExit(it, 'machine', 'default');

/** Comes over the segment to the target's node, addressed to the container. */
const routedIn = (it: Journey) => into(it) && !onSameNode(it);

/** The probe goes to a port that the container publishes, on the network that its ports are published by. */
function isPublished({ to, protocol, port }: Journey): boolean {
  return to.kind === 'container' && to.owner.publish.some((one) => one.protocol === protocol && one.port === port);
}

const hasSeveral = ({ to }: Journey) => to.kind === 'container' && to.attachments.length > 1;

export const intoBridgeRules: readonly JourneyRule[] = [
  {
    id: 'bridge.isolation.docker-isolation-stage',
    expected: 'not-reached',
    sentence:
      "the engine's rules (chains DOCKER-ISOLATION-STAGE-1 and -2) drop what goes from one of its bridges to another",
    reference: source.filter,
    applies: (it) => into(it) && onSameNode(it) && leavesByBridge(it),
  },
  {
    id: 'bridge.own-node',
    expected: 'reached',
    sentence:
      'the node has an address on the bridge, so it and its containers reach each other without any filter of forwarding',
    reference: source.bridge,
    applies: (it) => into(it) && onSameNode(it) && isExit(it, 'machine'),
  },
  {
    id: 'bridge.round-by-the-gateway',
    expected: 'undecided',
    sentence:
      'packets from a container on the LAN to a bridge of its own node go round by the gateway, and answers take another way',
    reference: source.macvlan,
    applies: (it) =>
      into(it) &&
      onSameNode(it) &&
      (it.toNode?.forwardPolicy !== 'DROP' || isPublished(it)) &&
      isFrom(it.toNode ?? { version: null }, 28) !== true,
  },
  {
    id: 'node.lost',
    expected: 'not-reached',
    sentence: 'a node that is cut off drops what comes and goes by its interface on the segment',
    reference: source.swarm,
    applies: (it) => routedIn(it) && meetsLost(it),
  },
  {
    id: 'bridge.no-route',
    expected: 'not-reached',
    sentence: 'no other machine has a route to a subnet that was given to a bridge of one node',
    reference: source.bridge,
    applies: (it) => routedIn(it) && aimedAt(it)?.routed === false && !routeAdded(it),
  },
  {
    id: 'internal.no-way-in',
    expected: 'not-reached',
    sentence: 'what comes from elsewhere to an internal bridge is dropped',
    reference: source.internal,
    applies: (it) => routedIn(it) && aimedAt(it)?.internal === true,
  },
  {
    id: 'bridge.direct-routing-closed',
    expected: 'not-reached',
    sentence:
      'since engine 28 packets that are routed from outside to a container on a bridge are dropped, whatever the FORWARD policy',
    reference: source.rawFilter,
    applies: (it) => into(it) && isFrom(it.toNode ?? { version: null }, 28) === true,
  },
  {
    id: 'bridge.version-unknown',
    expected: 'undecided',
    sentence: 'what is routed to a container from outside depends on a version that is not known',
    reference: source.rawFilter,
    applies: (it) => into(it) && it.toNode?.version === null,
  },
  {
    id: 'bridge.several-networks',
    expected: 'undecided',
    sentence: 'the answers of a container on several networks may leave by another one than the packets came by',
    reference: source.bridge,
    applies: (it) => into(it) && hasSeveral(it) && (it.toNode?.forwardPolicy !== 'DROP' || isPublished(it)),
  },
  {
    id: 'published.straight-to-the-container',
    expected: 'reached',
    sentence: "before engine 28 a container's published ports are open at its own address too, for whoever has a route",
    reference: source.directPublished,
    applies: (it) => routedIn(it) && isPublished(it),
  },
  {
    id: 'bridge.forward-accept',
    expected: 'reached',
    sentence: 'with FORWARD at ACCEPT, engines before 28 let whoever has a route reach containers that publish nothing',
    reference: source.rawFilter,
    applies: (it) => routedIn(it) && it.toNode?.forwardPolicy === 'ACCEPT',
  },
  {
    id: 'bridge.forward-drop',
    expected: 'not-reached',
    sentence: 'with FORWARD at DROP, only published ports are let through to containers from outside the node',
    reference: source.filter,
    applies: into,
  },
];

function routeAdded(it: Journey): boolean {
  const network = aimedAt(it);
  return (
    network !== null &&
    hasAddedRoute(it, network, it.fromNode?.letter ?? (it.from.kind === 'machine' ? it.from.machine : null))
  );
}

/** From a container by the default route of a bridge, or of docker_gwbridge, to a machine. */
const out = (it: Journey) => it.aim.kind === 'machine' && leavesByBridge(it);

export const outOfBridgeRules: readonly JourneyRule[] = [
  {
    id: 'overlay.gateway-bridge.own-node',
    expected: 'reached',
    sentence: 'a container on an overlay has a second end on docker_gwbridge, where its node has an address too',
    reference: source.swarm,
    applies: (it) => out(it) && onSameNode(it) && leavesBy(it)?.driver === 'overlay',
  },
  {
    id: 'bridge.to-own-node',
    expected: 'reached',
    sentence: 'what a container sends to its own node is not forwarded, so no filter of forwarding drops it',
    reference: source.bridge,
    applies: (it) => out(it) && onSameNode(it),
  },
  {
    id: 'node.lost.out',
    expected: 'not-reached',
    sentence: 'a node that is cut off drops what comes and goes by its interface on the segment',
    reference: source.swarm,
    applies: (it) => out(it) && meetsLost(it),
  },
  {
    id: 'port.closed.out',
    expected: 'not-reached',
    sentence: 'the port is closed on the way, on one of the two nodes',
    reference: source.filter,
    applies: (it) => out(it) && isClosed(it),
  },
  {
    id: 'published.port-closed.out',
    expected: 'not-reached',
    sentence:
      "a node's filter sees what comes to a published port with the destination rewritten already: it is the container's port that is closed there",
    reference: source.publish,
    applies: (it) => out(it) && isClosedBehind(it),
  },
  {
    id: 'overlay.gateway-bridge',
    expected: 'reached',
    sentence:
      "what leaves an overlay goes by docker_gwbridge and takes the node's address, so any machine that the node reaches can answer",
    reference: source.swarm,
    applies: (it) => out(it) && leavesTranslated(it) && leavesBy(it)?.driver === 'overlay',
  },
  {
    id: 'bridge.masquerade',
    expected: 'reached',
    sentence: "what leaves a bridge takes the node's address, so any machine that the node reaches can answer",
    reference: source.filter,
    applies: (it) => out(it) && leavesTranslated(it),
  },
  {
    id: 'bridge.untranslated',
    expected: 'reached',
    sentence:
      "what leaves a bridge without translation has the container's address, and whoever has a route to its subnet can answer",
    reference: source.bridge,
    applies: (it) => leavesByBridge(it) && leavesBy(it)?.routed === true,
  },
  {
    id: 'bridge.no-masquerade',
    expected: 'undecided',
    sentence: 'without translation the answer has to find the way to the container by itself',
    reference: source.bridge,
    // To machines, and to containers that are machines of the LAN.
    applies: leavesByBridge,
  },
];
