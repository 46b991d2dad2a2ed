import type { ExpectedOutcome } from '../experiment/language/definition.ts';
import type { RuleText } from './expectation.ts';

/** What the model says of a probe: an outcome, or that it cannot know. Never a guess. */
export type Foretold = Exclude<ExpectedOutcome, 'any'> | 'undecided';

/** One rule: where it speaks, and what it says there. `Case` is what it looks at. */
export interface ModelRule<Case, Says extends string = Foretold> extends RuleText {
  expected: Says;
  applies(it: Case): boolean;
}

/** In the order in which they are tried; the first that applies speaks. */
export type ModelRules<Case, Says extends string = Foretold> = readonly ModelRule<Case, Says>[];

export interface Prediction {
  expected: Foretold;
  rule: RuleText;
}

export function textOf({ id, sentence, reference }: RuleText): RuleText {
  return { id, sentence, reference };
}

/** The first that applies; null where none does. */
export function decide<Case, Says extends string>(
  rules: ModelRules<Case, Says>,
  it: Case,
): { expected: Says; rule: RuleText } | null {
  const rule = rules.find((one) => one.applies(it));
  return rule === undefined ? null : { expected: rule.expected, rule: textOf(rule) };
}
