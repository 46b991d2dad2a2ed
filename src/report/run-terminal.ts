import { formatDuration } from '../core/duration.ts';
import { quoteWord } from '../core/quote.ts';
import type { ExperimentResult, RunDocument, RunEngine } from '../verdict/run-types.ts';
import { faultLines } from './faults.ts';
import { renderExperiment } from './run-experiment.ts';
import { legendLines } from './run-words.ts';
import { createStyle, type Style } from './style.ts';
import { count, list } from './words.ts';
import { wrap } from './wrap.ts';

export interface RunRendering {
  /** Columns of the terminal; prose is wrapped to it, up to 80. */
  width: number;
  color: boolean;
  /** What was typed for each experiment, by id; its id where it is not there. */
  words?: ReadonlyMap<string, string>;
}

/**
 * What was found, for people: the answer in the first line; a single experiment whole; of several one line each, and
 * whole those that are not as expected.
 */
export function renderRun(document: RunDocument, rendering: RunRendering): string {
  const style = createStyle(rendering.color);
  const width = Math.max(40, Math.min(rendering.width, 80));
  const { experiments } = document;
  const [only] = experiments;
  const single = experiments.length === 1 && only !== undefined ? only : null;
  const shown = single === null ? experiments.filter(isOdd) : [single];
  const whole = shown.map((experiment) => renderExperiment(experiment, width, style));
  const words = new Set(whole.flatMap((each) => [...each.words]));
  const answer = single === null ? summarizeRun(document) : summarizeExperiment(single);
  const sections = [
    [
      style.bold(wrap(answer, width, '  ')),
      wrap(circumstances(document), width, '  '),
      ...faultLines(document.faults).map((line) => wrap(line, width, '  ')),
    ],
    single === null ? experiments.flatMap((experiment) => experimentLines(experiment, experiments, width, style)) : [],
    ...whole.map(({ lines }) => lines),
    [...legendLines(words, width)],
    keptLines(document, width),
    nextLines(document, shown, rendering.words ?? new Map()),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

/** `31 experiments: 27 as expected, 0 differ, 0 not measured, 4 skipped.` */
export function summarizeRun({ totals }: Pick<RunDocument, 'totals'>): string {
  const { experiments, asExpected, differs, notMeasured, skipped } = totals;
  return `${count(experiments, 'experiment')}: ${asExpected} as expected, ${differs} differ, ${notMeasured} not measured, ${skipped} skipped.`;
}

/** The verdict of one experiment in a sentence. */
export function summarizeExperiment({ id, verdict, skipped, failure, steps }: ExperimentResult): string {
  const probes = steps.reduce((sum, step) => sum + step.probes.length, 0);
  const checks = steps.reduce((sum, step) => sum + step.checks.length, 0);
  const of = (which: string) =>
    `${steps.filter((step) => step.verdict === which).length} of ${count(steps.length, 'step')}`;
  switch (verdict) {
    case 'as-expected': {
      const made = [
        count(steps.length, 'step'),
        ...(probes > 0 ? [count(probes, 'probe')] : []),
        ...(checks > 0 ? [count(checks, 'check')] : []),
      ];
      return `${id} is as expected: ${list(made)}.`;
    }
    case 'differs':
      return `${id} differs: ${of('differs')} not as expected.`;
    case 'not-measured':
      return failure === null
        ? `${id} was not measured whole: ${of('not-measured')} could not be.`
        : `${id} was not measured: ${failure.message}`;
    case 'skipped':
      return `${id} was skipped: ${skipped?.sentence ?? 'something is missing'}`;
  }
}

function isOdd({ verdict }: ExperimentResult): boolean {
  return verdict === 'differs' || verdict === 'not-measured';
}

function circumstances({ engines, durationMs }: RunDocument): string {
  return `${enginesLine(engines)}, ${formatDuration(durationMs)}`;
}

/** `Docker 20.10.24, 3 nodes, FORWARD policy DROP`: what changes answers. */
export function enginesLine(engines: readonly RunEngine[]): string {
  // What follows a plus is the distribution's packaging (20.10.24+dfsg1); the document has it.
  const versions = [...new Set(engines.map(({ engine }) => engine.replace(/\+.*$/, '')))].filter((each) => each !== '');
  const policies = [...new Set(engines.map(({ forwardPolicy }) => forwardPolicy))];
  return `Docker ${list(versions) || 'of unknown version'}, ${count(engines.length, 'node')}, FORWARD policy ${list(policies) || 'unknown'}`;
}

const lineWords: Readonly<Record<ExperimentResult['verdict'], string>> = {
  'as-expected': 'ok',
  differs: 'DIFFERS',
  'not-measured': '?',
  skipped: 'skipped',
};

/** One of several: verdict, id, time and title, or what is missing. */
function experimentLines(
  { id, verdict, title, skipped, durationMs }: ExperimentResult,
  all: readonly ExperimentResult[],
  width: number,
  style: Style,
): readonly string[] {
  const word = lineWords[verdict];
  const paint = { 'as-expected': style.green, differs: style.red, 'not-measured': style.yellow, skipped: style.dim };
  const idWidth = Math.max(...all.map((each) => each.id.length));
  const timeWidth = Math.max(...all.map((each) => formatDuration(each.durationMs).length));
  const time = skipped === null ? formatDuration(durationMs) : '';
  const head = `${word.padEnd(7)}  ${id.padEnd(idWidth)}  ${time.padStart(timeWidth)}  `;
  const text = skipped === null ? title : skipped.sentence;
  return [wrap(`${head}${text}`, width, ' '.repeat(Math.min(head.length, 40))).replace(word, paint[verdict](word))];
}

/** What `--keep` left, and the line that takes it down; of several, the one for all that is in this lab. */
function keptLines({ experiments, lab }: RunDocument, width: number): readonly string[] {
  const kept = experiments.flatMap(({ id, kept: standing, lab: own }) =>
    standing === null ? [] : [{ id, undo: standing.undo, here: own === lab }],
  );
  const here = kept.filter((one) => one.here);
  const all = `swarmlab run${lab === 'default' ? '' : ` --lab ${lab}`} --undo`;
  const lines = [
    ...kept.filter((one) => !one.here || here.length === 1).map(({ undo }) => undo),
    ...(here.length > 1 ? [all] : []),
  ];
  if (lines.length === 0) return [];
  const text = `Left standing: ${list(kept.map(({ id }) => id))}. To take ${kept.length === 1 ? 'it' : 'them'} down:`;
  return [wrap(text, width, '  '), ...lines.map((line) => `  ${line}`)];
}

/** What to type next; only what exists. */
function nextLines(
  { lab }: RunDocument,
  shown: readonly ExperimentResult[],
  words: ReadonlyMap<string, string>,
): readonly string[] {
  const option = lab === 'default' ? '' : ` --lab ${lab}`;
  const ran = shown.filter(({ verdict, kept, failure }) => verdict !== 'skipped' && kept === null && failure === null);
  const [first] = ran;
  if (first === undefined) return [];
  const word = quoteWord(words.get(first.id) ?? first.id);
  return [
    `To try by hand   swarmlab run${option} ${word} --keep`,
    `Each probe       swarmlab run${option} ${word} --json`,
  ];
}
