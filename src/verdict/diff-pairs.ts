import type { MissingDifference, Side } from './diff-types.ts';

export interface Pairs<A, B> {
  both: readonly (readonly [A, B])[];
  onlyA: readonly A[];
  onlyB: readonly B[];
}

/** Those of one key are the same thing; of several with one key, the first and the first, the second and the second. */
export function pairUp<A, B>(
  left: readonly A[],
  right: readonly B[],
  keyOfA: (item: A) => string,
  keyOfB: (item: B) => string,
): Pairs<A, B> {
  const waiting = new Map<string, B[]>();
  for (const item of right) waiting.set(keyOfB(item), [...(waiting.get(keyOfB(item)) ?? []), item]);
  const both: (readonly [A, B])[] = [];
  const onlyA: A[] = [];
  const taken = new Set<B>();
  for (const item of left) {
    const other = waiting.get(keyOfA(item))?.shift();
    if (other === undefined) onlyA.push(item);
    else {
      taken.add(other);
      both.push([item, other]);
    }
  }
  return { both, onlyA, onlyB: right.filter((item) => !taken.has(item)) };
}

type About = Pick<MissingDifference, 'what'> & Partial<Pick<MissingDifference, 'subject' | 'step' | 'why'>>;

/** What one side has alone, in one difference; none where there is nothing. */
export function missing(side: Side, names: readonly string[], about: About): readonly MissingDifference[] {
  if (names.length === 0) return [];
  return [{ kind: 'missing', subject: null, step: null, why: null, ...about, names: [...new Set(names)], in: side }];
}

/** The same of both sides. */
export function missingOnEither(
  onlyA: readonly string[],
  onlyB: readonly string[],
  about: About,
): readonly MissingDifference[] {
  return [...missing('a', onlyA, about), ...missing('b', onlyB, about)];
}

/** Those that lack for one reason on one side, as one difference. */
export function gatherMissing(each: readonly MissingDifference[]): readonly MissingDifference[] {
  const gathered = new Map<string, MissingDifference>();
  for (const one of each) {
    const key = JSON.stringify([one.what, one.subject, one.step, one.in, one.why]);
    const known = gathered.get(key);
    gathered.set(key, known === undefined ? one : { ...known, names: [...known.names, ...one.names] });
  }
  return [...gathered.values()];
}
