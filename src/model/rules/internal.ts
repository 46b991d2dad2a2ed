import type { Journey } from '../journey.ts';
import { isFrom } from '../world.ts';
import { isExit, type JourneyRule, leavesBy, onSameNode } from './case.ts';
import { source } from './sources.ts';

/** Before engine 25 an internal bridge gave a default route, and rules on the node dropped what took it. */
const byInternal = (it: Journey) => isExit(it, 'default') && leavesBy(it)?.internal === true;
const toOwnNode = (it: Journey) => byInternal(it) && it.aim.kind === 'machine' && onSameNode(it);

export const internalRules: readonly JourneyRule[] = [
  {
    id: 'internal.no-route-out',
    expected: 'not-reached',
    sentence: 'a container whose networks are all internal has no default route',
    reference: source.internal,
    applies: (it) => isExit(it, 'no-route'),
  },
  {
    id: 'internal.own-node-open',
    expected: 'reached',
    sentence:
      "before engine 24 an internal bridge's rules were about forwarding only, so the node's own addresses are reached",
    reference: source.internalNode,
    applies: (it) => toOwnNode(it) && isFrom(it.fromNode ?? { version: null }, 24) === false,
  },
  {
    id: 'internal.own-node-unsure',
    expected: 'undecided',
    sentence: 'with engine 24 internal bridges lost their default route in some patch release, or later',
    reference: source.internalNoRoute,
    applies: toOwnNode,
  },
  {
    id: 'internal.no-way-out',
    expected: 'not-reached',
    sentence: 'what leaves an internal bridge for elsewhere is dropped',
    reference: source.internal,
    applies: byInternal,
  },
];
