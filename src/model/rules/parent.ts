import type { Journey } from '../journey.ts';
import { defaultNetwork } from '../stand.ts';
import {
  aimedAt,
  aimedWire,
  isChild,
  isExit,
  type JourneyRule,
  leavesBy,
  leavesByBridge,
  leavesTranslated,
  leavingWire,
  meetsLost,
  onSameNode,
} from './case.ts';
import { source } from './sources.ts';

/** Between children on one wire. */
const between = (it: Journey) => isExit(it, 'shared', 'wire') && isChild(leavesBy(it)) && it.aim.kind === 'container';
const macvlan = (it: Journey) => (leavesBy(it) ?? aimedAt(it))?.driver === 'macvlan';
const mode = (it: Journey) => leavesBy(it)?.mode;
const byDefault = (it: Journey) => isExit(it, 'default') && isChild(leavesBy(it));

export const betweenChildrenRules: readonly JourneyRule[] = [
  {
    id: 'macvlan.not-bridged',
    expected: 'not-reached',
    sentence: 'in the modes private and vepa the kernel does not switch between the children of a parent',
    reference: source.macvlanKernel,
    applies: (it) => between(it) && onSameNode(it) && macvlan(it) && (mode(it) === 'private' || mode(it) === 'vepa'),
  },
  {
    id: 'macvlan.same-parent',
    expected: 'reached',
    sentence: 'the kernel switches between the interfaces on one parent',
    reference: source.macvlanKernel,
    applies: (it) => between(it) && onSameNode(it) && macvlan(it),
  },
  {
    id: 'ipvlan-l2.same-parent',
    expected: 'reached',
    sentence: 'the kernel passes packets between the interfaces on one parent',
    reference: source.ipvlanKernel,
    applies: (it) => between(it) && onSameNode(it),
  },
  {
    id: 'parent.dummy-apart',
    expected: 'not-reached',
    sentence: 'without a parent the engine makes a dummy interface: nothing leaves the node by it',
    reference: source.macvlan,
    applies: (it) => between(it) && leavingWire(it)?.kind === 'dummy',
  },
  {
    id: 'macvlan.on-the-lan',
    expected: 'reached',
    sentence: 'each container has an address of its own on the LAN, so it and the other machines there are neighbours',
    reference: source.macvlan,
    applies: (it) => between(it) && macvlan(it),
  },
  {
    id: 'ipvlan-l2.on-the-lan',
    expected: 'reached',
    sentence: 'each container has an address of its own on the LAN, so it and the other machines there are neighbours',
    reference: source.ipvlan,
    applies: between,
  },
];

/** A child sends to a machine: as a neighbour, or by the gateway. */
const toMachine = (it: Journey) => it.aim.kind === 'machine' && isExit(it, 'wire', 'default') && isChild(leavesBy(it));
const onLan = (it: Journey) => leavingWire(it)?.kind === 'segment';

/** A machine, or a container behind its node's address, sends to a child. */
const toChild = (it: Journey) => isChild(aimedAt(it)) && isExit(it, 'machine', 'default');

export const childRules: readonly JourneyRule[] = [
  {
    id: 'parent.not-on-the-lan',
    expected: 'not-reached',
    sentence: 'the parent is a VLAN or a dummy interface, and nobody routes between that and anything else',
    reference: source.macvlan,
    applies: (it) =>
      (toMachine(it) && !onLan(it)) ||
      (toChild(it) && aimedWire(it)?.kind !== 'segment') ||
      (byDefault(it) && !onLan(it)),
  },
  {
    id: 'macvlan.own-host',
    expected: 'not-reached',
    sentence: 'the kernel keeps a macvlan parent and its children apart',
    reference: source.macvlan,
    applies: (it) => (toMachine(it) || (toChild(it) && !byDefault(it))) && onSameNode(it) && macvlanEnd(it),
  },
  {
    id: 'ipvlan-l2.own-host',
    expected: 'not-reached',
    sentence: 'the kernel keeps an ipvlan parent and its children apart',
    reference: source.ipvlanKernel,
    applies: (it) => (toMachine(it) || (toChild(it) && !byDefault(it))) && onSameNode(it),
  },
  {
    id: 'parent.node-lost',
    expected: 'undecided',
    sentence: 'what is dropped at an interface for its node need not be dropped for those whose parent it is',
    reference: source.macvlanKernel,
    applies: (it) => (toMachine(it) || toChild(it)) && meetsLost(it),
  },
  {
    id: 'parent.internal.no-answer',
    expected: 'one-way',
    sentence:
      'an internal network on the LAN has no default route, so packets from beyond the gateway arrive and no answer leaves',
    reference: source.internal,
    applies: (it) => fromBeyond(it) && !answersByAnother(it),
  },
  {
    id: 'parent.internal.answers-by-another',
    expected: 'undecided',
    sentence:
      'packets from beyond the gateway arrive by an internal network on the LAN, and answers leave by another network, if that lets them',
    reference: source.internal,
    applies: fromBeyond,
  },
  {
    id: 'parent.from-the-lan',
    expected: 'reached',
    sentence: 'the container is a machine of the LAN, and whoever is on the LAN or comes by its gateway reaches it',
    reference: source.macvlan,
    applies: (it) => toChild(it) && (isExit(it, 'machine') || (leavesByBridge(it) && leavesTranslated(it))),
  },
  {
    id: 'parent.to-the-lan',
    expected: 'reached',
    sentence: 'the container is a machine of the LAN: it reaches its neighbours there, and the world by their gateway',
    reference: source.macvlan,
    applies: toMachine,
  },
];

function macvlanEnd(it: Journey): boolean {
  return (isChild(aimedAt(it)) ? aimedAt(it) : leavesBy(it))?.driver === 'macvlan';
}

/** From the world to a child whose network has no default route. */
function fromBeyond(it: Journey): boolean {
  return toChild(it) && aimedAt(it)?.internal === true && it.from.kind === 'machine' && it.from.machine === 'world';
}

function answersByAnother({ world, to }: Journey): boolean {
  return to.kind === 'container' && defaultNetwork(world, to.owner, to.attachments) !== null;
}
