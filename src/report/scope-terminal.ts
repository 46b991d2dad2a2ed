import { cellsOf, type PlacedCell } from '../verdict/rings.ts';
import { type Surprise, surprisesOf } from '../verdict/surprises.ts';
import type { DriverResult, ScopeDocument } from '../verdict/types.ts';
import { faultLines } from './faults.ts';
import { renderScopeTable } from './scope-table.ts';
import { headline, labelOf, ringName } from './scope-words.ts';
import { createStyle, type Style } from './style.ts';
import { count } from './words.ts';
import { wrap } from './wrap.ts';

export interface ScopeRendering {
  /** Columns of the terminal; prose is wrapped to it, up to 80. */
  width: number;
  color: boolean;
  /** Whether the terminal is known to draw more than ASCII. */
  unicode: boolean;
}

const legend: readonly (readonly [word: string, meaning: string])[] = [
  ['name', 'name = by name and IP'],
  ['ip', 'ip = by IP only'],
  ['part', 'part = some protocols only'],
  ['-', '- = not reached'],
  ['.', '. = no meaning'],
  ['?', '? = not measured'],
  ['X', 'X = not as expected'],
];

/** The scope report for people: the answer, the count, the table, what surprises, and every cell that is not as expected. */
export function renderScope(document: ScopeDocument, rendering: ScopeRendering): string {
  const style = createStyle(rendering.color);
  const width = Math.max(40, Math.min(rendering.width, 80));
  const fold = (text: string, indent: string) => wrap(text, width, indent);
  const shown = document.drivers.filter(({ verdict }) => verdict !== 'skipped');
  const table = renderScopeTable(shown, style);
  const arrow = rendering.unicode ? '→' : '->';
  const sections = [
    [
      style.bold(fold(headline(document), '  ')),
      fold(summary(document), '  '),
      ...faultLines(document.faults).map((line) => fold(line, '  ')),
    ],
    [...(shown.length === 0 ? [] : [table.text]), ...skippedLines(document.drivers).map((line) => fold(line, '  '))],
    [
      ...(shown.length === 0 ? [] : [...legendLines(table.words, width)]),
      ...shown.flatMap(surpriseNote).map((line) => fold(line, '  ')),
      ...gapLines(document).map((line) => fold(line, '  ')),
    ],
    problems(document.drivers, 'differs', arrow, fold, style),
    problems(document.drivers, 'not-measured', arrow, fold, style),
    document.notes.map((note) => fold(`Note: ${note}`, '  ')),
    nextLines(document),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

function summary({ totals, engines }: ScopeDocument): string {
  // What follows a plus is the distribution's packaging (20.10.24+dfsg1); the document has it.
  const versions = [...new Set(engines.map(({ engine }) => engine.replace(/\+.*$/, '')))].filter(
    (version) => version !== '',
  );
  const { asExpected, differs, notMeasured, skipped } = totals;
  const counts = `${asExpected} as expected, ${differs} differ, ${notMeasured} not measured, ${skipped} skipped.`;
  return `${counts} Docker ${versions.join(' and ') || 'of unknown version'}, ${count(engines.length, 'node')}`;
}

/** Drivers that lack the same are named together. */
function skippedLines(drivers: readonly DriverResult[]): readonly string[] {
  const skipped = drivers.filter(({ skipped: why }) => why !== null);
  if (skipped.length === 0) return [];
  const features = new Set(skipped.flatMap(({ skipped: why }) => why?.missing.map(({ feature }) => feature) ?? []));
  return [`${skipped.map(({ id }) => id).join(', ')}: skipped, kernel lacks ${[...features].join(', ')}`];
}

/** Only words that appear; no entry is broken in two. */
function legendLines(words: ReadonlySet<string>, width: number): readonly string[] {
  const lines: string[] = [];
  for (const [, meaning] of legend.filter(([word]) => words.has(word))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + meaning.length <= width)
      lines[lines.length - 1] = `${last}   ${meaning}`;
    else lines.push(meaning);
  }
  return lines;
}

/** What most people would not have guessed about a driver, in one paragraph. */
function surpriseNote(driver: DriverResult): readonly string[] {
  const surprises = surprisesOf(driver);
  if (surprises.length === 0) return [];
  const crossing = surprises.some(({ kind }) => kind === 'crosses-hosts');
  const open = surprises.some(({ kind }) => kind === 'open-to-the-lan');
  const says = `Docker says "${driver.declaredScope ?? 'nothing'}", yet`;
  const parts: string[] = [];
  if (crossing && open) parts.push(`${says} it crosses hosts, and the LAN reaches in.`);
  else if (crossing) parts.push(`${says} it crosses hosts${becauseOf(surprises, 'crosses-hosts')}.`);
  else if (open) parts.push(`${says} the LAN reaches in${becauseOf(surprises, 'open-to-the-lan')}.`);
  const apart = surprises.filter(({ kind }) => kind === 'own-node-apart');
  // An overlay or a bridge that nothing outside reaches is as people expect; only a gap in the way out surprises.
  if (apart.some(({ direction }) => direction === 'out')) parts.push(apartSentence(apart, parts.length === 0));
  return parts.length === 0 ? [] : [`! ${labelOf(driver.id)}: ${parts.join(' ')}`];
}

function becauseOf(surprises: readonly Surprise[], kind: Surprise['kind']): string {
  const because = surprises.find((surprise) => surprise.kind === kind)?.because ?? null;
  return because === null ? '' : `: ${because}`;
}

function apartSentence(apart: readonly Surprise[], first: boolean): string {
  const both = apart.some(({ direction }) => direction === 'in');
  const what = both ? 'it and its own node do not reach each other' : 'it does not reach its own node';
  const said = `${what}${becauseOf(apart, 'own-node-apart')}.`;
  return first ? said : said.replace(/^i/, 'I');
}

function gapLines({ gaps }: ScopeDocument): readonly string[] {
  return gaps.map(({ rings, reason }) => `Not asked (${rings.map(ringName).join(', ')}): ${reason}.`);
}

function problems(
  drivers: readonly DriverResult[],
  verdict: 'differs' | 'not-measured',
  arrow: string,
  fold: (text: string, indent: string) => string,
  style: Style,
): readonly string[] {
  const lines = drivers.flatMap((driver) => {
    const cells = cellsOf(driver.rings).filter(({ cell }) => cell.verdict === verdict);
    const reasons = new Set(cells.flatMap(({ cell }) => Object.values(cell.byProtocol).map(({ detail }) => detail)));
    if (verdict === 'not-measured' && cells.length > 1 && reasons.size === 1) {
      return [`${labelOf(driver.id)}: ${count(cells.length, 'cell')}: ${[...reasons].join('')}`];
    }
    return cells.map((cell) => problem(driver, cell, arrow));
  });
  if (lines.length === 0) return [];
  const title =
    verdict === 'differs' ? style.bold(style.red('Not as expected:')) : style.bold(style.yellow('Not measured:'));
  return [title, ...lines.map((line) => fold(`  ${line}`, '    '))];
}

/** One line: driver, from, to, by, expected, seen, and what was seen of each protocol. */
function problem(driver: DriverResult, { by, cell }: PlacedCell, arrow: string): string {
  const { from, to, aim } = cell.target;
  const seen = Object.entries(cell.byProtocol).map(([protocol, { outcome, detail, responder }]) => {
    const who = responder === null ? '' : ` by ${responder}`;
    return `${protocol} ${outcome}${who}${detail === '' || outcome === 'reached' ? '' : ` (${detail})`}`;
  });
  const target = aim === null || to.endsWith(`/${aim}`) || to === aim ? to : `${to} (${aim})`;
  const said = `${labelOf(driver.id)}: ${from} ${arrow} ${target} by ${by}: expected ${cell.expected}, seen ${cell.outcome}`;
  const cause = cell.cause === undefined ? '' : ` Cause: ${cell.cause.sentence} (${cell.cause.id}).`;
  return `${said}: ${seen.join('; ')}. ${cell.rule.id}: ${cell.rule.sentence}.${cause}`;
}

/**
 * The ends of what differs, as `explain` takes them: the containers are gone with the report, and the machines that they were on
 * are there. One whose cause is known goes first. Null: nothing differs, or on one machine alone.
 */
function whyOf(drivers: readonly DriverResult[]): string | null {
  const differing = drivers.flatMap(({ rings }) => cellsOf(rings)).filter(({ cell }) => cell.verdict === 'differs');
  const known = differing.filter(({ cell }) => cell.cause !== undefined);
  for (const { cell, by } of [...known, ...differing]) {
    const { from, to } = cell.target;
    const [one, other] = [machineOf(from), machineOf(to)];
    if (one !== other) return `${one} ${other}${by === 'name' && other === to ? ' --by name' : ''}`;
  }
  return null;
}

/** `node:m1` of `m1/overlay-a`; a machine is one already. */
function machineOf(place: string): string {
  const [node = '', container] = place.split('/', 2);
  return container === undefined ? place : `node:${node}`;
}

/** What to type next; only what exists. */
function nextLines({ lab, engines, drivers }: ScopeDocument): readonly string[] {
  const option = lab === 'default' ? '' : ` --lab ${lab}`;
  const node = engines[0]?.node ?? 'NODE';
  const why = whyOf(drivers);
  return [
    ...(why === null ? [] : [`Why?         swarmlab explain${option} ${why}`]),
    `Each probe   swarmlab scope${option} --json`,
    `Look inside  swarmlab ssh${option} ${node}`,
    `Remove it    swarmlab down${option}`,
  ];
}
