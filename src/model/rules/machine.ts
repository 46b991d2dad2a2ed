import type { Journey } from '../journey.ts';
import { isClosed, isClosedBehind, isExit, type JourneyRule, meetsLost } from './case.ts';
import { source } from './sources.ts';

const between = (it: Journey) => isExit(it, 'machine') && it.aim.kind === 'machine';
const isHost = (it: Journey) => [it.from, it.to].some((stand) => stand.kind === 'machine' && stand.host);

/** From one machine to another, containers on the host network included. */
export const machineRules: readonly JourneyRule[] = [
  {
    id: 'machine.lost',
    expected: 'not-reached',
    sentence: 'a node that is cut off drops what comes and goes by its interface on the segment',
    reference: source.swarm,
    applies: (it) => between(it) && meetsLost(it),
  },
  {
    id: 'port.closed',
    expected: 'not-reached',
    sentence: 'the port is closed on the way, on one of the two nodes',
    reference: source.filter,
    applies: (it) => between(it) && isClosed(it),
  },
  {
    id: 'published.port-closed',
    expected: 'not-reached',
    sentence:
      "a node's filter sees what comes to a published port with the destination rewritten already: it is the container's port that is closed there",
    reference: source.publish,
    applies: (it) => between(it) && isClosedBehind(it),
  },
  {
    id: 'host.as-the-node',
    expected: 'reached',
    sentence:
      "the container reaches what its node reaches, and is reached at its node's address with nothing published",
    reference: source.host,
    applies: (it) => between(it) && isHost(it),
  },
  {
    id: 'machine.on-the-lan',
    expected: 'reached',
    sentence: 'machines of the LAN and the world beyond its gateway reach each other',
    reference: source.filter,
    applies: between,
  },
];
