import { type Prediction, textOf } from './rule.ts';
import { targetRules } from './rules/targets.ts';

/** A prediction that no list of rules decides. */
export function target(id: keyof typeof targetRules): Prediction {
  const { expected, ...rule } = targetRules[id];
  return { expected, rule: textOf({ id, ...rule }) };
}

/** The same with what was done, in words. */
export function disturbed(why: string): Prediction {
  const { rule } = target('world.disturbed');
  return { expected: 'undecided', rule: { ...rule, sentence: `${rule.sentence}: ${why}` } };
}

/** The one prediction of several that say the same; undecided where they differ. */
export function agree(predictions: readonly Prediction[]): Prediction {
  const [first] = predictions;
  if (first === undefined) return target('service.no-tasks');
  return predictions.every(({ expected }) => expected === first.expected) ? first : target('target.several');
}
