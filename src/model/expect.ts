import type { End, Question } from '../experiment/question.ts';
import { planCell } from '../experiment/scope/cells.ts';
import { type Circumstances, type Expectation, type Expected, fulfilledBy } from './expectation.ts';
import { predict } from './predict.ts';
import type { Prediction } from './rule.ts';
import { scopeWorld } from './scope-world.ts';

const machines = { home: 'node:A', peer: 'node:B', lan: 'lan', world: 'world' } as const;

/**
 * What should be seen of a cell, and the rule that says so: the model's prediction for the lab that the scope report builds.
 * All protocols are alike there. A machine's name that a container asks for is in the lab's DNS, so a machine is reached by
 * name exactly where it is reached by IP; only `none` has no way to ask. Throws where the model has no rule, which a test rules out.
 */
export function expectCell(question: Question, circumstances: Circumstances): Expectation {
  const { from, to } = planCell(question);
  // A lodger is known by the name of whom it lodges with.
  const name = question.driver === 'container' && to.kind === 'container' && to.part === 'subject' ? 'origin' : null;
  const asked = {
    from: endOf(from),
    to: endOf(to),
    by: question.by,
    network: null,
    name: question.by === 'name' ? name : null,
    protocol: 'icmp',
    port: null,
  } as const;
  const { expected, rule } = predict(scopeWorld(question.driver, circumstances), asked);
  if (isExpected(expected)) return { expected, rule };
  throw new Error(`the model says ${expected} (${rule.id}) of ${JSON.stringify(question)}`);
}

function endOf(end: End): string {
  return end.kind === 'container' ? end.part : machines[end.machine];
}

function isExpected(expected: Prediction['expected']): expected is Expected {
  return Object.hasOwn(fulfilledBy, expected);
}
