import type { CheckDefinition } from '../language/definition.ts';
import type { CheckSeen } from './seen.ts';

type Answers = Extract<CheckDefinition, { kind: 'answers' }>;

/**
 * Compares what a resolver said, look-up by look-up, with the addresses that a name should have, their number, and their turn
 * in coming first. `targets` has a list for each target: all of them must be among the answers, and nobody else. A look-up
 * without any answer counts as one without addresses, and is named; where none was answered nothing is known. Pure and total.
 */
export function compareAnswers(
  check: Pick<Answers, 'count' | 'fairShare'>,
  answers: readonly (readonly string[] | null)[],
  targets: readonly (readonly string[])[] | null,
): Pick<CheckSeen, 'expected' | 'seen' | 'holds'> {
  const silent = answers.filter((one) => one === null).length;
  const all = [...new Set(answers.flatMap((one) => one ?? []))].sort();
  const first = new Map<string, number>();
  for (const one of answers) {
    const address = one?.[0];
    if (address !== undefined) first.set(address, (first.get(address) ?? 0) + 1);
  }
  const answered = answers.length - silent;
  const share = (address: string) => (answered === 0 ? 0 : (first.get(address) ?? 0) / answered);
  const expected: string[] = [];
  let holds = true;
  if (targets !== null) {
    const wanted = [...new Set(targets.flat())];
    expected.push(wanted.join(', ') || 'no address');
    // A target may have further addresses, on networks that the asking one is not on.
    const eachThere = targets.every((own) => own.some((address) => all.includes(address)));
    holds &&= all.every((address) => wanted.includes(address)) && eachThere && all.length > 0;
  }
  if (check.count !== null) {
    expected.push(`${check.count} ${check.count === 1 ? 'address' : 'addresses'}`);
    holds &&= all.length === check.count;
  }
  if (check.fairShare !== null) {
    expected.push(`each first in ${Math.round(check.fairShare * 100)} % or more`);
    holds &&= all.length > 0 && all.every((address) => share(address) >= (check.fairShare ?? 0));
  }
  if (expected.length === 0) {
    expected.push('an address');
    holds = all.length > 0;
  }
  const shares = all.map((address) =>
    answers.length > 1 ? `${address} (first in ${Math.round(share(address) * 100)} %)` : address,
  );
  const seen = [
    shares.join(', ') || 'no address',
    ...(silent > 0 ? [`${silent} of ${answers.length} look-ups without an answer`] : []),
  ].join('; ');
  return {
    expected: expected.join('; '),
    seen,
    holds: answered === 0 ? null : holds,
  };
}
