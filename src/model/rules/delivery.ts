import { bridgeRules, intoBridgeRules, outOfBridgeRules } from './bridge.ts';
import type { JourneyRule } from './case.ts';
import { internalRules } from './internal.ts';
import { machineRules } from './machine.ts';
import { overlayRules } from './overlay.ts';
import { betweenChildrenRules, childRules } from './parent.ts';
import { routedChildRules } from './routed.ts';
import { source } from './sources.ts';
import { standingRules } from './standing.ts';

/** Where no other rule speaks. */
const lastRule: JourneyRule = {
  id: 'route.no-rule',
  expected: 'undecided',
  sentence: 'no rule of the model speaks about this way',
  reference: source.filter,
  applies: () => true,
};

/** Whether packets to an address get there and back. Tried in this order. */
export const deliveryRules: readonly JourneyRule[] = [
  ...standingRules,
  ...machineRules,
  ...bridgeRules,
  ...overlayRules,
  ...betweenChildrenRules,
  ...internalRules,
  ...routedChildRules,
  ...childRules,
  ...intoBridgeRules,
  ...outOfBridgeRules,
  lastRule,
];
