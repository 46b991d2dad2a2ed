import type { Journey } from '../journey.ts';
import type { NetworkWorld } from '../world.ts';
import { aimedAt, hasAddedRoute, isExit, isL3, type JourneyRule, leavesBy, meetsLost, onSameNode } from './case.ts';
import { source } from './sources.ts';

/** Whether packets of one node find the way to a network of another in mode l3. */
function knowsWay(it: Journey, from: string | null, network: NetworkWorld | null): boolean {
  return network !== null && (network.routed || hasAddedRoute(it, network, from));
}

const byL3 = (it: Journey) => isL3(leavesBy(it));
const toL3 = (it: Journey) => isL3(aimedAt(it));
const machineOf = (it: Journey) => it.fromNode?.letter ?? (it.from.kind === 'machine' ? it.from.machine : null);

/** Undecided, but for one thing: there is no answer. */
export const answersLost = 'ipvlan-l3.answers-lost';

const machineAimed = (it: Journey) => (it.to.kind === 'machine' ? it.to.machine : null);

export const routedChildRules: readonly JourneyRule[] = [
  {
    id: 'ipvlan-l3s.no-rule',
    expected: 'undecided',
    sentence: 'in mode l3s packets also pass the filter of the parent, which the model has no rules for',
    reference: source.ipvlanKernel,
    applies: (it) => (leavesBy(it)?.mode === 'l3s' || aimedAt(it)?.mode === 'l3s') && !isExit(it, 'shared'),
  },
  {
    id: 'ipvlan-l3.same-parent',
    expected: 'reached',
    sentence: 'the kernel passes packets between the interfaces on one parent, across subnets too',
    reference: source.ipvlanL3,
    applies: (it) => byL3(it) && toL3(it) && onSameNode(it),
  },
  {
    id: 'ipvlan-l3.no-broadcast',
    expected: 'not-reached',
    sentence: 'in mode l3 nobody asks for addresses by broadcast: without a route to the subnet nobody finds the way',
    reference: source.ipvlanL3,
    applies: (it) => byL3(it) && toL3(it) && !knowsWay(it, machineOf(it), aimedAt(it)),
  },
  {
    id: 'ipvlan-l3.no-way-back',
    expected: 'one-way',
    sentence: 'the way there is known and the way back is not, so the answer is lost',
    reference: source.ipvlanL3,
    applies: (it) => byL3(it) && toL3(it) && !knowsWay(it, it.toNode?.letter ?? null, leavesBy(it)),
  },
  {
    id: 'ipvlan-l3.routed',
    expected: 'reached',
    sentence: 'the node routes for its containers without translation: who has a route to their subnet reaches them',
    reference: source.ipvlanL3,
    applies: (it) => byL3(it) && toL3(it),
  },
  {
    id: 'ipvlan-l3.own-node',
    expected: 'reached',
    sentence:
      "the node routes for its containers, and the gateway's route to their subnet brings the node's own packets back to them",
    reference: source.ipvlanL3,
    applies: (it) => l3AndMachine(it) && onSameNode(it) && l3End(it)?.routed === true,
  },
  {
    id: 'ipvlan-l3.routed-machine',
    expected: 'reached',
    sentence: 'the node routes for its containers without translation, and the machine has a route to their subnet',
    reference: source.ipvlanL3,
    applies: (it) => l3AndMachine(it) && !onSameNode(it) && !meetsLost(it) && l3End(it)?.routed === true,
  },
  {
    id: answersLost,
    expected: 'undecided',
    sentence:
      'the machine has no route to the subnet, so no answer comes back; whether the probe itself arrives depends on the filters of reverse paths on the way',
    reference: source.ipvlanL3,
    applies: (it) =>
      l3AndMachine(it) && byL3(it) && l3End(it)?.routed === false && !hasAddedRoute(it, l3End(it), machineAimed(it)),
  },
  {
    id: 'ipvlan-l3.unsure',
    expected: 'undecided',
    sentence: 'who answers a network in mode l3 depends on routes that the model does not know',
    reference: source.ipvlanL3,
    applies: (it) => byL3(it) || toL3(it),
  },
];

const l3AndMachine = (it: Journey) => (byL3(it) && it.aim.kind === 'machine') || (toL3(it) && isExit(it, 'machine'));
const l3End = (it: Journey) => (toL3(it) ? aimedAt(it) : leavesBy(it));
