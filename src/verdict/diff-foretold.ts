import { missingOnEither, pairUp } from './diff-pairs.ts';
import type { Comparison, Difference, NotCompared, StepReference, UndecidedCell } from './diff-types.ts';
import { type ForetoldSide, foretoldSideOf, type SaidProbe } from './foretold-side.ts';
import type { PredictDocument } from './predict-types.ts';
import type { RunDocument } from './run-types.ts';

type Found = Omit<Comparison, 'kind' | 'nodes'>;

/**
 * What the model foretold beside what was measured, or beside what it foretells of other engines: experiments by id, steps by
 * number and title, probes by what was asked. A prediction is held to its own words: where it says `no-name`, SERVFAIL
 * differs. What is undecided, skipped or not measured is named, and is no difference. Pure.
 */
export function diffForetold(a: PredictDocument | RunDocument, b: PredictDocument | RunDocument): Found {
  const sides = [foretoldSideOf(a), foretoldSideOf(b)] as const;
  const { both, onlyA, onlyB } = pairUp(sides[0], sides[1], idOf, idOf);
  const gathering: Gathering = { differences: [], undecided: [], notCompared: [], probes: 0, notMeasured: 0 };
  let subjects = 0;
  for (const [left, right] of both) {
    const why = left.why ?? right.why;
    if (why === null) subjects += 1;
    else note(gathering.notCompared, { subject: left.id, ...why });
    if (why === null || why.cause === 'step-failed') diffExperiment(left, right, gathering);
  }
  const differences = [
    ...gathering.differences,
    ...missingOnEither(onlyA.map(idOf), onlyB.map(idOf), { what: 'experiment' }),
  ];
  const { probes, notMeasured, undecided, notCompared } = gathering;
  const totals = {
    ...{ subjects, probes, notMeasured, checks: 0, differences: 0, missing: 0 },
    undecided: undecided.reduce((sum, { protocols }) => sum + protocols.length, 0),
  };
  return { differences, sentences: [], undecided, notCompared, totals };
}

interface Gathering {
  differences: Difference[];
  undecided: UndecidedCell[];
  notCompared: NotCompared[];
  probes: number;
  notMeasured: number;
}

const idOf = ({ id }: ForetoldSide) => id;

/** Those of one reason together. */
function note(
  all: NotCompared[],
  { subject, cause, sentence }: Omit<NotCompared, 'names'> & { subject: string },
): void {
  const at = all.findIndex((one) => one.cause === cause && one.sentence === sentence);
  const known = all[at];
  if (known === undefined) all.push({ names: [subject], cause, sentence });
  else all[at] = { ...known, names: [...known.names, subject] };
}

function diffExperiment(left: ForetoldSide, right: ForetoldSide, gathering: Gathering): void {
  const key = ({ reference: { index, title } }: ForetoldSide['steps'][number]) => `${index} ${title}`;
  const { both, onlyA, onlyB } = pairUp(left.steps, right.steps, key, key);
  for (const [one, other] of both) {
    if (one.taken && other.taken) diffStep(left.id, one.reference, [one.probes, other.probes], gathering);
  }
  const name = ({ reference: { index, title } }: ForetoldSide['steps'][number]) => `${index}. ${title}`;
  gathering.differences.push(...missingOnEither(onlyA.map(name), onlyB.map(name), { what: 'step', subject: left.id }));
}

function diffStep(
  subject: string,
  step: StepReference,
  [left, right]: readonly [readonly SaidProbe[], readonly SaidProbe[]],
  gathering: Gathering,
): void {
  const cellOf = ({ from, to, by, port }: SaidProbe) => JSON.stringify([from, to, by, port]);
  const key = (probe: SaidProbe) => `${cellOf(probe)} ${probe.protocol}`;
  const { both, onlyA, onlyB } = pairUp(left, right, key, key);
  const place = { subject, step };
  const differing = new Map<string, Extract<Difference, { kind: 'foretold' }>>();
  const open = new Map<string, UndecidedCell>();
  for (const [a, b] of both) {
    const { from, to, by, port, protocol } = a;
    const cell = { ...place, from, to, by, port };
    const rule = a.rule ?? b.rule;
    switch (compare(a, b)) {
      case 'undecided': {
        const known = open.get(cellOf(a)) ?? { ...cell, protocols: [], rule };
        open.set(cellOf(a), { ...known, protocols: [...known.protocols, protocol] });
        break;
      }
      case 'not-measured':
        gathering.notMeasured += 1;
        break;
      case 'differs': {
        gathering.probes += 1;
        const known = differing.get(cellOf(a)) ?? { kind: 'foretold', ...cell, protocols: [] };
        const rules = { a: a.rule?.id ?? null, b: b.rule?.id ?? null };
        const one = { protocol, a: a.said, b: b.said, rules };
        differing.set(cellOf(a), { ...known, protocols: [...known.protocols, one] });
        break;
      }
      case 'same':
        gathering.probes += 1;
        break;
    }
  }
  const name = ({ from, to, by }: SaidProbe) => `${from} -> ${to} by ${by}`;
  gathering.undecided.push(...open.values());
  gathering.differences.push(
    ...differing.values(),
    ...missingOnEither(onlyA.map(name), onlyB.map(name), { what: 'cell', ...place }),
  );
}

/** Of two predictions `undecided` is a word like the others, unless both say it. */
function compare(a: SaidProbe, b: SaidProbe): 'same' | 'differs' | 'undecided' | 'not-measured' {
  if (a.said === 'not-measured' || b.said === 'not-measured') return 'not-measured';
  const twoPredictions = a.seenAs === null && b.seenAs === null;
  if (twoPredictions && a.said !== b.said) return 'differs';
  if (a.said === 'undecided' || b.said === 'undecided') return 'undecided';
  if (twoPredictions) return 'same';
  const fulfilled = a.seenAs === null ? b.seenAs?.(a.said) : a.seenAs(b.said);
  return fulfilled === true ? 'same' : 'differs';
}
