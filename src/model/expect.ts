import type { Question } from '../experiment/question.ts';
import type { DriverId } from '../experiment/types.ts';
import { bridgeRules } from './bridge.ts';
import type { Circumstances, Expectation, Rules } from './expectation.ts';
import { hostRules } from './host.ts';
import { noneRules } from './none.ts';
import { ipvlanL2Rules, ipvlanL3Rules, macvlanRules } from './on-parent.ts';
import { overlayRules } from './overlay.ts';

/** The rules of a driver; the first that applies speaks. */
export function rulesOf(driver: DriverId): Rules {
  switch (driver) {
    case 'bridge-default':
    case 'bridge-user':
    case 'container':
      return bridgeRules;
    case 'host':
      return hostRules;
    case 'none':
      return noneRules;
    case 'macvlan':
      return macvlanRules;
    case 'ipvlan-l2':
      return ipvlanL2Rules;
    case 'ipvlan-l3':
      return ipvlanL3Rules;
    case 'overlay':
    case 'overlay-encrypted':
      return overlayRules;
  }
}

/**
 * What should be seen of a cell, and the rule that says so. A machine's name that a container asks for is in the lab's
 * DNS, so a machine is reached by name exactly where it is reached by IP; only `none` has no way to ask. Total: the
 * last rule of every driver applies to whatever the others leave over.
 */
export function expectCell(question: Question, circumstances: Circumstances): Expectation {
  const rules = rulesOf(question.driver);
  const rule = rules.find((one) => one.applies(question, circumstances)) ?? rules[0];
  const { id, sentence, reference, expected } = rule;
  return { expected, rule: { id, sentence, reference } };
}
