import type { Observation, Outcome } from '../../probe/types.ts';
import { addressesOf, type Question } from './questions.ts';
import { ownerOf, type PresentContainer } from './running.ts';
import type { ChosenEnd } from './select.ts';

/** How much of all pairs was asked, where containers that should be alike stand for each other. */
export interface ProbeCoverage {
  kind: 'classes';
  /** Each is the ids of those that are alike: on one node, on the same networks, published alike. */
  classes: readonly (readonly string[])[];
  /** Pairs asked, out of so many; of those asked, so many were drawn by lot besides one for each two classes. */
  asked: number;
  of: number;
  drawn: number;
  /** Were more than this share of the pairs unlike the others of their classes, the draw would show it 19 times in 20. */
  wouldShow: number;
  /** Where members of the same classes were seen to differ, with the outcomes and an example of each class. */
  uneven: readonly { from: string; to: string; by: 'ip' | 'name'; protocol: string; outcomes: readonly Outcome[] }[];
}

export interface ClassChoice {
  questions: readonly Question[];
  /** By what came of them. */
  coverage(observations: ReadonlyMap<number, Observation>): ProbeCoverage;
}

/** So many pairs are drawn: then a share of 1.5 % shows 19 times in 20. */
const drawnPairs = 200;

/**
 * Of all questions those of one pair for each two classes, and of pairs drawn by lot. Pure but for `random`, which gives
 * numbers from 0 up to 1.
 */
export function chooseByClass(
  questions: readonly Question[],
  ends: readonly ChosenEnd[],
  present: readonly PresentContainer[],
  random: () => number = Math.random,
): ClassChoice {
  const classes = classesOf(ends, present);
  const pairs = new Map<string, string>();
  const groupOf = ({ probe: { from, to } }: Question) =>
    // Whoever asks for itself is alike with nobody who asks for another.
    JSON.stringify([classes.get(from) ?? from, classes.get(to) ?? to, from === to]);
  for (const question of questions) pairs.set(pairOf(question), groupOf(question));
  const chosen = new Set<string>();
  const known = new Set<string>();
  for (const [pair, group] of pairs) {
    if (known.has(group)) continue;
    known.add(group);
    chosen.add(pair);
  }
  const drawn = draw(
    [...pairs.keys()].filter((pair) => !chosen.has(pair)),
    drawnPairs,
    random,
  );
  for (const pair of drawn) chosen.add(pair);
  const kept = questions.filter((question) => chosen.has(pairOf(question)));
  const members = new Map<string, string[]>();
  for (const [id, key] of classes) members.set(key, [...(members.get(key) ?? []), id]);
  return {
    questions: kept,
    coverage: (observations) => ({
      kind: 'classes',
      classes: [...members.values()],
      asked: chosen.size,
      of: pairs.size,
      drawn: drawn.length,
      wouldShow: chosen.size === pairs.size ? 0 : shareThatShows(drawn.length),
      uneven: unevenOf(kept, groupOf, observations),
    }),
  };
}

const pairOf = ({ probe: { from, to } }: Question) => JSON.stringify([from, to]);

/** The class of each end by its id: machines are one of a kind. */
function classesOf(ends: readonly ChosenEnd[], present: readonly PresentContainer[]): ReadonlyMap<string, string> {
  return new Map(ends.map((end) => [end.id, end.kind === 'machine' ? end.id : keyOf(end.container, present)]));
}

function keyOf(container: PresentContainer, present: readonly PresentContainer[]): string {
  const { node, view } = container;
  const owner = ownerOf(container, present);
  // In another's namespace it is what that one is, and nobody else.
  const shared = owner === container ? null : (owner?.id ?? view.networkMode);
  const networks = owner === null ? [] : [...addressesOf(owner).keys()].toSorted();
  return JSON.stringify([
    node,
    view.networkMode,
    shared,
    networks,
    [...(view.published ?? [])].map(portsOf).toSorted(),
  ]);
}

/** `0.0.0.0:8080->80/tcp`: what is published, not where, which is different for each. */
const portsOf = (published: string) => published.replace(/^.*->/, '');

function draw(pairs: string[], count: number, random: () => number): readonly string[] {
  const left = [...pairs];
  const taken: string[] = [];
  while (taken.length < count && left.length > 0) {
    const [pair] = left.splice(Math.floor(random() * left.length), 1);
    if (pair !== undefined) taken.push(pair);
  }
  return taken;
}

/** The share of unlike pairs of which so many draws miss all in one of 20 cases. */
const shareThatShows = (draws: number) => Math.ceil((1 - 0.05 ** (1 / Math.max(1, draws))) * 1000) / 1000;

function unevenOf(
  questions: readonly Question[],
  groupOf: (question: Question) => string,
  observations: ReadonlyMap<number, Observation>,
): ProbeCoverage['uneven'] {
  const groups = new Map<string, { first: Question; outcomes: Set<Outcome> }>();
  for (const question of questions) {
    const key = JSON.stringify([groupOf(question), question.by, question.probe.protocol]);
    const group = groups.get(key) ?? { first: question, outcomes: new Set() };
    groups.set(key, group);
    group.outcomes.add(observations.get(question.probe.id)?.outcome ?? 'not-measured');
  }
  return [...groups.values()].flatMap(({ first: { by, probe }, outcomes }) => {
    // What could not be measured says nothing of the class; how something failed depends on rate limits too.
    outcomes.delete('not-measured');
    if (outcomes.size < 2 || !outcomes.has('reached')) return [];
    return [{ from: probe.from, to: probe.to, by, protocol: probe.protocol, outcomes: [...outcomes].toSorted() }];
  });
}
