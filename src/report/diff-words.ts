import type { DiffDocument, DiffSide, MissingDifference, Side } from '../verdict/diff-types.ts';
import { ringName } from './scope-words.ts';
import { count, list } from './words.ts';

const subjectWords = { scope: 'driver', run: 'experiment', probe: 'container', prediction: 'experiment' } as const;

/** `1,032`. */
const figure = (number: number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

/** The answer in a sentence: how much differs, and where; what one side has alone. */
export function summarizeDiff(document: DiffDocument): string {
  const { kind, totals, differences } = document;
  const alone = (['a', 'b'] as const).flatMap((side) => aloneOn(side, document) ?? []);
  const tail = alone.length === 0 ? '' : `; ${alone.join(', ')}`;
  const asked = amount(document);
  if (totals.differences === 0) {
    return asked === null ? `Nothing could be compared${tail}.` : `No difference in ${asked}${tail}.`;
  }
  const found = `${figure(totals.differences)} ${totals.differences === 1 ? 'difference' : 'differences'}`;
  if (kind === 'probe') return `${found}${asked === null ? '' : ` in ${asked}`}${tail}.`;
  const where = [...new Set(differences.flatMap((one) => (one.kind === 'missing' ? [] : one.subject)))];
  const named =
    where.length > 4
      ? `${where.length} of ${count(Math.max(totals.subjects, where.length), subjectWords[kind])}`
      : list(where);
  return `${found}, in ${named}${tail}.`;
}

/** `1,032 probes of 10 drivers`; null where nothing was measured in both. */
function amount({ kind, totals }: DiffDocument): string | null {
  const { probes, checks, subjects } = totals;
  if (probes + checks === 0) return null;
  const made = [
    ...(probes > 0 ? [`${figure(probes)} ${probes === 1 ? 'probe' : 'probes'}`] : []),
    ...(checks > 0 ? [count(checks, 'check')] : []),
  ];
  return `${list(made)} of ${count(subjects, subjectWords[kind])}`;
}

const missingWords: Readonly<Record<MissingDifference['what'], string>> = {
  driver: 'driver',
  ring: 'ring',
  experiment: 'experiment',
  step: 'step',
  check: 'check',
  cell: 'cell',
  end: 'end',
  matrix: 'matrix',
};

/** `only A has 2 drivers`; null where it has nothing alone. */
function aloneOn(side: Side, { differences }: DiffDocument): string | null {
  const numbers = new Map<string, number>();
  for (const one of differences) {
    if (one.kind !== 'missing' || one.in !== side) continue;
    numbers.set(missingWords[one.what], (numbers.get(missingWords[one.what]) ?? 0) + one.names.length);
  }
  const parts = [...numbers].map(([word, number]) => count(number, word, word === 'matrix' ? 'matrices' : `${word}s`));
  return parts.length === 0 ? null : `only ${letter(side)} has ${list(parts)}`;
}

const letter = (side: Side) => side.toUpperCase();

/** More names than that are counted. */
const mostNames = 12;

/** `Only A: ipvlan-l2 and ipvlan-l3. In B: skipped: the kernel of m1 lacks ipvlan.` */
export function missingLine({ what, subject, step, names, in: side, why }: MissingDifference): string {
  const place = [subject, step === null ? null : `step ${step.index}`].filter((part) => part !== null).join(', ');
  const called = what === 'ring' ? names.map((name) => ringName(name as Parameters<typeof ringName>[0])) : names;
  const more = called.length - mostNames;
  const shown = more > 0 ? [...called.slice(0, mostNames), `${more} more`] : called;
  const other = letter(side === 'a' ? 'b' : 'a');
  const reason =
    why === null
      ? ` (not in ${other})`
      : `. In ${other}: ${why.charAt(0).toLowerCase()}${why.slice(1).replace(/\.$/, '')}`;
  return `Only ${letter(side)}${place === '' ? '' : `, ${place}`}: ${list(shown)}${reason}.`;
}

/** `A  netns.json: netns, Docker 20.10.24, kernel 6.18.44, FORWARD DROP`; with the number of nodes where it differs. */
export function sideLine(side: Side, document: Pick<DiffDocument, Side>): string {
  const { file, verb, provider, engines } = document[side];
  const unlike = (of: (engine: DiffSide['engines'][number]) => string) =>
    list([...new Set(engines.map(of))].filter((word) => word !== '')) || 'unknown';
  const facts = [
    verb === 'predict' ? `foretold, ${provider}` : provider,
    // What follows is the distribution's packaging; the document has it.
    `Docker ${unlike(({ engine }) => engine.replace(/\+.*$/, ''))}`,
    `kernel ${unlike(({ kernel }) => kernel.replace(/^(\d+\.\d+\.\d+).*$/, '$1'))}`,
    `FORWARD ${unlike(({ forwardPolicy }) => forwardPolicy)}`,
    ...(document.a.engines.length === document.b.engines.length ? [] : [count(engines.length, 'node')]),
  ];
  return `${letter(side)}  ${file}: ${facts.join(', ')}`;
}

/** What was compared and not measured, and names that stand for each other. */
export function diffNotes({ kind, totals, nodes }: DiffDocument): readonly string[] {
  const { notMeasured, undecided } = totals;
  const figureOf = (number: number) => `${figure(number)} ${number === 1 ? 'probe' : 'probes'}`;
  if (kind === 'prediction')
    return [
      ...(undecided === 0 ? [] : [`${figureOf(undecided)} undecided by the model.`]),
      ...(notMeasured === 0 ? [] : [`${figureOf(notMeasured)} could not be measured.`]),
    ];
  return [
    ...(notMeasured === 0
      ? []
      : [`${figure(notMeasured)} ${notMeasured === 1 ? 'probe' : 'probes'} could not be measured in both.`]),
    ...(nodes.length === 0
      ? []
      : [`Taken for the same node: ${list(nodes.map(({ a, b }) => `${a} of A and ${b} of B`))}.`]),
  ];
}

/** Of a prediction: what says nothing about it, and the cells that no rule decides, by rule. */
export function openLines({ undecided, notCompared }: DiffDocument): readonly string[] {
  const words = { skipped: 'Skipped', failed: 'Not measured', 'step-failed': 'A step failed, in' } as const;
  const ids = [...new Set(undecided.map(({ rule }) => rule?.id ?? 'no rule'))];
  return [
    ...notCompared.map(
      ({ names, cause, sentence }) => `${words[cause]} ${list(names)}: ${sentence.replace(/\.$/, '')}.`,
    ),
    ...ids.map((id) => {
      const cells = undecided.filter(({ rule }) => (rule?.id ?? 'no rule') === id);
      const sentence = cells[0]?.rule?.sentence ?? '';
      const named = cells.map(
        ({ subject, step, from, to, by }) => `${subject} ${step.index}. ${from} -> ${to} by ${by}`,
      );
      const more = named.length - mostNames;
      const shown = more > 0 ? [...named.slice(0, mostNames), `${more} more`] : named;
      return `Undecided, ${id} (${sentence}): ${shown.join('; ')}.`;
    }),
  ];
}

/** Of what is said of a driver, the sentences that are not said of the other as well. */
export function ownSentences(text: string, other: string): string {
  const parts = (whole: string) => whole.split(/(?<=\.) (?=[A-Z])/);
  const others = new Set(parts(other));
  return parts(text)
    .filter((part) => !others.has(part))
    .join(' ');
}
