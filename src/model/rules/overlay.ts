import type { NodeLetter } from '../../experiment/language/definition.ts';
import type { Journey } from '../journey.ts';
import { faultsInForce, type World } from '../world.ts';
import { aimedAt, dropped, isExit, type JourneyRule, leavesBy, meetsLost, onSameNode } from './case.ts';
import { source } from './sources.ts';

/** What a node knows of another one's containers. */
export function newsOf(
  world: World,
  observer: NodeLetter,
  subject: NodeLetter,
): 'known' | 'fading' | 'forgotten' | 'returning' {
  return observer === subject ? 'known' : (world.gossip.get(`${observer}>${subject}`) ?? 'known');
}

const within = (it: Journey) => isExit(it, 'shared') && leavesBy(it)?.driver === 'overlay';
const across = (it: Journey) => within(it) && !onSameNode(it);

/** Neighbour and forwarding entries come with the names. */
function isUnsure(it: Journey): boolean {
  const { world, fromNode, toNode, from, to } = it;
  if (fromNode === null || toNode === null || from.kind !== 'container' || to.kind !== 'container') return false;
  if (
    newsOf(world, fromNode.letter, toNode.letter) !== 'known' ||
    newsOf(world, toNode.letter, fromNode.letter) !== 'known'
  )
    return true;
  if (!faultsInForce(world)) return false;
  const heard = (observer: NodeLetter, name: string) => world.heard.has(`${observer}>${name}`);
  const thereUnsure = (to.owner.fresh || from.owner.deaf) && !heard(fromNode.letter, to.owner.name);
  const backUnsure = (from.owner.fresh || to.owner.deaf) && !heard(toNode.letter, from.owner.name);
  return thereUnsure || backUnsure;
}

const vxlan = (it: Journey) => dropped(it, 'udp', it.world.dataPathPort);
const esp = (it: Journey) => dropped(it, 'esp', null);
const encrypted = (it: Journey) => leavesBy(it)?.encrypted === true;
const lacksEsp = (it: Journey) =>
  [it.fromNode, it.toNode].some((node) => node?.features != null && !node.features.has('esp4'));

/** Encrypted packets leave as ESP, and no port is seen from outside. */
const onWire = (it: Journey) => (encrypted(it) ? esp(it) : vxlan(it));

export const overlayRules: readonly JourneyRule[] = [
  {
    id: 'overlay.same-node',
    expected: 'reached',
    sentence: 'on one node the ends of an overlay hang on one bridge, in a namespace of its own',
    reference: source.overlay,
    applies: (it) => within(it) && onSameNode(it),
  },
  {
    id: 'overlay.node-lost',
    expected: 'not-reached',
    sentence: "an overlay's packets between nodes need both nodes on the segment",
    reference: source.swarm,
    applies: (it) => across(it) && meetsLost(it),
  },
  {
    id: 'overlay.needs-4789',
    expected: 'not-reached',
    sentence:
      "an overlay's packets travel between nodes inside UDP, on the data path port (4789); closed on a node, all to and from it die",
    reference: source.swarmPorts,
    applies: (it) => across(it) && !encrypted(it) && vxlan(it).there,
  },
  {
    id: 'overlay.encrypted.needs-esp',
    expected: 'not-reached',
    sentence: 'an encrypted overlay needs ESP: in the kernels of both nodes, and let through between them',
    reference: source.overlay,
    applies: (it) => across(it) && encrypted(it) && (lacksEsp(it) || esp(it).there),
  },
  {
    id: 'gossip.unsure',
    expected: 'undecided',
    sentence: 'with gossip between the nodes cut or just back, nobody knows yet what each node knows of the other',
    reference: source.swarm,
    applies: (it) => across(it) && isUnsure(it),
  },
  {
    id: 'overlay.answer-dies',
    expected: 'one-way',
    sentence: 'packets of the data path pass in one direction only, so the probe arrives and its answer does not',
    reference: source.swarmPorts,
    applies: (it) => across(it) && onWire(it).back,
  },
  {
    id: 'overlay.one-segment',
    expected: 'reached',
    sentence: 'an overlay is one segment across nodes: packets travel between them inside UDP (VXLAN)',
    reference: source.overlay,
    applies: across,
  },
  {
    id: 'overlay.closed-from-outside',
    expected: 'not-reached',
    sentence: "an overlay's addresses are known within it only: no machine has a route to them, its own node neither",
    reference: source.overlay,
    applies: (it) => aimedAt(it)?.driver === 'overlay',
  },
];
