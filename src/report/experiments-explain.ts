import type { CellDefinition, Experiment, ProbeDefinition, StepDefinition } from '../experiment/language/definition.ts';
import { wordOf } from '../experiment/language/vocabulary.ts';
import { drawExperiment } from './experiments-diagram.ts';
import { type ExperimentsRendering, needsWords } from './experiments-list.ts';
import { checkWords, conditionWords, deedWords, optionWords } from './experiments-words.ts';
import { foldCells, type GroupOf, groupsOf } from './fold.ts';
import { orderEnds, splitColumns } from './run-matrix.ts';
import { legendLines } from './run-words.ts';
import { createStyle, type Style } from './style.ts';
import { formatTable } from './table.ts';
import { list } from './words.ts';
import { wrap } from './wrap.ts';

const indent = '   ';
const usual = 'icmp tcp udp';

/** An experiment before it runs: what it shows, what is built, what will be asked, what is expected and why. */
export function renderExplanation(experiment: Experiment, word: string, rendering: ExperimentsRendering): string {
  const style = createStyle(rendering.color);
  const width = Math.max(40, Math.min(rendering.width, 80));
  const { id, title, about, sources, steps, networks } = experiment;
  const words = new Set<string>();
  const options = networks.flatMap((network) => optionWords(network) ?? []);
  const sections = [
    [style.bold(wrap(`${id}: ${title}`, width, '  '))],
    paragraphs(about).flatMap((paragraph, index) => [...(index > 0 ? [''] : []), wrap(paragraph, width, '')]),
    [
      style.bold('What is built'),
      ...drawExperiment(experiment, width),
      ...(options.length === 0 ? [] : [wrap(`Options: ${options.join('; ')}`, width, '  ')]),
    ],
    [style.bold('What is done and asked')],
    ...steps.map((step, index) => stepLines(step, index + 1, width, style, words, groupsOf(experiment.containers))),
    [...legendLines(words, width)],
    sources.map((source) => `See ${source}`),
    [...circumstances(experiment).map((line) => wrap(line, width, '  ')), `swarmlab run ${word}`],
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

/** Lines of a text belong to one paragraph until one is empty. */
function paragraphs(text: string): readonly string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}

function circumstances({ needs, disturbs, ownLab }: Experiment): readonly string[] {
  const needed = needsWords(needs);
  const where =
    ownLab !== null
      ? 'It gets a lab of its own, which is removed afterwards.'
      : disturbs === 'nothing'
        ? 'It runs in the lab that is up, and disturbs nothing there.'
        : `It runs in the lab that is up, alone: it disturbs the ${disturbs}.`;
  const daemon = Object.entries(ownLab?.engine ?? {}).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return [
    ...(needed === '' ? [] : [`It needs ${needed}.`]),
    where,
    ...(daemon.length === 0 ? [] : [`Its engines have ${list(daemon)} in daemon.json.`]),
  ];
}

function stepLines(
  { title, because, see, when, action }: StepDefinition,
  number: number,
  width: number,
  style: Style,
  words: Set<string>,
  groupOf: GroupOf,
): readonly string[] {
  const inside = (text: string) =>
    `${indent}${wrap(text, width - indent.length, '  ').replaceAll('\n', `\n${indent}`)}`;
  const asked = action.kind === 'probe' ? askedWords(action.probe, title) : '';
  return [
    style.bold(wrap(`${number}. ${title}${asked}`, width, indent)),
    ...(when === null ? [] : [inside(`Only with ${conditionWords(when)}.`)]),
    ...(because === null ? [] : [inside(`Because ${because}${/[.!?]$/.test(because) ? '' : '.'}`)]),
    ...(see === null ? [] : [`${indent}See ${see}`]),
    ...(action.kind === 'probe'
      ? action.probe.variants.flatMap((variant, index) => [
          ...(index > 0 && variant.when === null ? ['', inside('Otherwise:')] : []),
          ...variantLines(variant, width, style, words, groupOf, inside),
        ])
      : action.kind === 'check'
        ? action.checks.map((check) => inside(`- ${checkWords(check)}`))
        : [inside(`> ${deedWords(action)}`)]),
  ];
}

function askedWords({ by, name, network, port, protocols }: ProbeDefinition, title: string): string {
  const parts = [
    ...(/\bby (?:name|ip|address)/i.test(title) && by !== 'published'
      ? []
      : [{ ip: 'by IP', name: 'by name', published: 'published' }[by]]),
    ...(name === null || title.includes(name) ? [] : [`as ${name}`]),
    ...(network === null || title.includes(network) ? [] : [`on ${network}`]),
    ...(port === null ? [] : [`port ${port}`]),
    ...(protocols.join(' ') === usual ? [] : [list(protocols)]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function variantLines(
  { when, cells }: ProbeDefinition['variants'][number],
  width: number,
  style: Style,
  words: Set<string>,
  groupOf: GroupOf,
  inside: (text: string) => string,
): readonly string[] {
  for (const { expected } of cells) words.add(wordOf(expected));
  return [
    ...(when === null ? [] : ['', inside(`With ${conditionWords(when)}:`)]),
    '',
    expectedTable(cells, width, style, words, groupOf),
    ...reasons(cells, groupOf).map(inside),
  ];
}

/** What is expected, as a person draws it; split where it is too wide. */
function expectedTable(
  cells: readonly CellDefinition[],
  width: number,
  style: Style,
  words: Set<string>,
  groupOf: GroupOf,
): string {
  const drawn = foldCells(
    cells.map(({ from, to, expected }) => ({ from, to, word: wordOf(expected) })),
    groupOf,
  );
  const { rows, columns } = orderEnds(drawn);
  const byEnds = new Map<string, string>();
  // Of a pair that is there twice the first counts.
  for (const { from, to, word } of drawn.toReversed()) byEnds.set(`${from} ${to}`, word);
  const wordAt = (from: string, to: string) => {
    const word = byEnds.get(`${from} ${to}`);
    if (word === undefined) words.add('.');
    return word ?? '.';
  };
  const head = Math.max(...rows.map((row) => row.length), 0);
  const widths = columns.map((to) => Math.max(to.length, ...rows.map((from) => wordAt(from, to).length)));
  const tables = splitColumns(widths, width - indent.length - 2 - head).map(([start, end]) => {
    const part = columns.slice(start, end);
    const body = rows.map((from) => [style.bold(from), ...part.map((to) => wordAt(from, to))]);
    return formatTable([['', ...part.map((to) => style.bold(to))], ...body], { gap: '  ', indent: `${indent}  ` });
  });
  return tables.join('\n\n');
}

/** Reasons of single cells, those with the same one together. */
function reasons(cells: readonly CellDefinition[], groupOf: GroupOf): readonly string[] {
  const byReason = new Map<string, Set<string>>();
  for (const { from, to, because, see } of cells) {
    const reason = [because, see === null ? null : `see ${see}`].filter((part) => part !== null).join('; ');
    if (reason === '') continue;
    const pairs = byReason.get(reason) ?? new Set<string>();
    byReason.set(reason, pairs.add(`${groupOf(from) ?? from} -> ${groupOf(to) ?? to}`));
  }
  return [...byReason].map(([reason, pairs]) => `${[...pairs].join(', ')}: ${reason}`);
}
