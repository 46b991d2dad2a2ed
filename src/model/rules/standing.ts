import type { JourneyRule } from './case.ts';
import { aimedAt, isExit, leavesBy } from './case.ts';
import { source } from './sources.ts';

const lone = (why: string) => (it: Parameters<JourneyRule['applies']>[0]) =>
  it.exit.kind === 'lone' && it.exit.why === why;

/** Packets that never leave, and senders and targets that have nothing but loopback. */
export const standingRules: readonly JourneyRule[] = [
  {
    id: 'option.unknown',
    expected: 'undecided',
    sentence: 'a network on the way has an option that the model has no rule for',
    reference: source.bridge,
    applies: (it) => leavesBy(it)?.strange != null || aimedAt(it)?.strange != null,
  },
  {
    id: 'host.shares',
    expected: 'reached',
    sentence: "the container is in the node's own network namespace: the node's addresses are its addresses",
    reference: source.host,
    applies: (it) => isExit(it, 'own') && it.from.kind === 'machine',
  },
  {
    id: 'self.same-namespace',
    expected: 'reached',
    sentence: 'both ends are in one network namespace, and loopback is always there',
    reference: source.containerMode,
    applies: (it) => isExit(it, 'own'),
  },
  {
    id: 'none.nothing',
    expected: 'not-reached',
    sentence: 'on the network none a container has loopback and no other interface, so there is no route to anything',
    reference: source.none,
    applies: lone('none'),
  },
  {
    id: 'detached.no-interface',
    expected: 'not-reached',
    sentence: 'a container that was taken off its last network has loopback alone',
    reference: 'https://docs.docker.com/reference/cli/docker/network/disconnect/',
    applies: lone('detached'),
  },
  {
    id: 'shared.abandoned',
    expected: 'not-reached',
    sentence:
      'who shares the namespace of a container that was restarted sits in the old namespace, which has lost its interfaces',
    reference: source.containerMode,
    applies: lone('abandoned'),
  },
  {
    id: 'swarm.left-unplugged',
    expected: 'not-reached',
    sentence: "when a node leaves the swarm, the swarm's networks are pulled out from under its containers for good",
    reference: source.leave,
    applies: lone('unplugged'),
  },
  {
    id: 'target.no-interface',
    expected: 'not-reached',
    sentence: 'the target has lost the interface that the address was on',
    reference: source.leave,
    applies: (it) => it.aim.kind === 'container' && it.to.kind === 'lone',
  },
  {
    id: 'stopped.address-given-away',
    expected: 'undecided',
    sentence:
      'the target does not run, and a container that came since may have its address; on the default bridge that of anybody',
    reference: source.bridge,
    applies: (it) =>
      it.silent && ((it.to.kind === 'container' && it.to.owner.addressFree) || aimedAt(it)?.isDefault === true),
  },
  {
    id: 'stopped.nobody-answers',
    expected: 'not-reached',
    sentence: 'a container has its address only while it runs',
    reference: source.bridge,
    applies: (it) => it.silent,
  },
  {
    id: 'address.icc-off',
    expected: 'not-reached',
    sentence:
      'the sender is on a network with the same subnet and icc off, so the packets never leave it, and no other container there gets them',
    reference: source.bridge,
    applies: (it) =>
      it.exit.kind === 'overlapping' &&
      it.exit.holder === 'somebody' &&
      it.from.kind === 'container' &&
      it.exit.network.driver === 'bridge' &&
      !it.exit.network.icc,
  },
  {
    id: 'address.taken-here',
    expected: 'wrong-responder',
    sentence:
      'the sender is on a network with the same subnet, so the packets never leave it, and a container that has the address there answers',
    reference: source.bridge,
    applies: (it) => it.exit.kind === 'overlapping' && (it.exit.holder === 'somebody' || it.exit.holder === 'own'),
  },
  {
    id: 'address.not-foretold',
    expected: 'undecided',
    sentence: 'two networks have the same subnet, and which addresses their engines give depends on who comes first',
    reference: source.bridge,
    applies: (it) => it.exit.kind === 'overlapping' && it.exit.holder === 'unknown',
  },
  {
    id: 'address.nobody-here',
    expected: 'not-reached',
    sentence:
      'the sender is on a network with the same subnet, so the packets never leave it, and nobody has the address there',
    reference: source.bridge,
    applies: (it) => isExit(it, 'overlapping'),
  },
];
