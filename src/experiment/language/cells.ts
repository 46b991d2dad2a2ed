import type { PathPart } from '../../config/locate.ts';
import { formatPath } from '../../config/locate.ts';
import type { Position } from '../../config/types.ts';
import type { CellDefinition, Condition, ProbeDefinition } from './definition.ts';
import { endProblem } from './ends.ts';
import { readCondition } from './read-condition.ts';
import { nearHint, type Reading, report, wrongTable } from './reading.ts';
import { outcomeOf, parseLine, parseTable, type Token } from './table.ts';
import { unfold } from './unfold.ts';
import { words } from './vocabulary.ts';

type Step = NonNullable<Reading['document']['steps']>[number];
type Expect = NonNullable<Step['probe']>['expect'];
type Simple = string | Extract<Expect, readonly unknown[]>;
type Lines = readonly (string | Readonly<Record<string, unknown>>)[];
type Variant = { when?: never; because?: string; see?: string; expect: Simple };

/** A cell with the place that problems with it are shown at. */
export interface PlacedCell extends CellDefinition {
  path: readonly PathPart[];
  position: Position | null;
}

export interface PlacedVariant {
  when: Condition | null;
  cells: readonly PlacedCell[];
}

/** What a probe expects: the text of a table, lines, or variants of either. */
export function readExpect(reading: Reading, expect: Expect, path: readonly PathPart[]): PlacedVariant[] {
  if (typeof expect === 'string' || !isVariants(expect)) {
    return [{ when: null, cells: readSimple(reading, expect as Simple, path, null, null) }];
  }
  const variants = expect.map((variant, index) => ({
    when: readCondition(variant.when),
    cells: readSimple(
      reading,
      variant.expect,
      [...path, index, 'expect'],
      variant.because ?? null,
      variant.see ?? null,
    ),
  }));
  const always = variants.findIndex(({ when }) => when === null);
  if (always >= 0 && always < variants.length - 1) {
    report(reading, [...path, always + 1], {
      code: 'experiment.contradiction',
      message: 'this variant is never reached: the one before it has no "when"',
      hint: 'the first whose condition holds speaks; put the one without "when" last',
    });
  }
  return variants;
}

/** The same without places. */
export function unplaced(variants: readonly PlacedVariant[]): ProbeDefinition['variants'] {
  return variants.map(({ when, cells }) => ({
    when,
    cells: cells.map(({ path: _path, position: _position, ...cell }) => cell),
  }));
}

function isVariants(
  expect: unknown,
): expect is (Omit<Variant, 'when'> & { when?: Parameters<typeof readCondition>[0] })[] {
  return Array.isArray(expect) && expect.some((item) => typeof item === 'object' && item !== null && 'expect' in item);
}

function readSimple(
  reading: Reading,
  expect: Simple,
  path: readonly PathPart[],
  because: string | null,
  see: string | null,
): PlacedCell[] {
  const known = reading.problems.length;
  const cells =
    typeof expect === 'string'
      ? readTable(reading, expect, path).map((cell) => ({ ...cell, because, see }))
      : readLines(reading, expect as unknown as Lines, path).map((cell) => ({
          ...cell,
          because: cell.because ?? because,
          see: cell.see ?? see,
        }));
  if (cells.length === 0 && reading.problems.length === known)
    wrongTable(reading, path, null, 'it asks nothing', 'say what is expected of one cell at least: yes, no, any');
  const right = new Set([...new Set(cells.flatMap(({ from, to }) => [from, to]))].filter(isEnd(reading)));
  const askable = cells.filter(({ from, to }) => right.has(from) && right.has(to));
  const several = typeof expect !== 'string' || askable.some(({ from, to }) => isGroup(reading, from, to));
  return unfold(reading, askable, path, several);
}

const isEnd = (reading: Reading) => (end: string) => endProblem(reading, end) === null;
const isGroup = ({ roster }: Reading, ...ends: string[]) => ends.some((end) => roster.groups.has(end));

/** Says of each name once that it is none. */
function checkEnds(
  reading: Reading,
  ends: readonly { text: string; position: Position | null }[],
  path: readonly PathPart[],
): void {
  for (const { text, position } of ends) {
    const problem = endProblem(reading, text);
    if (problem !== null) report(reading, path, { code: 'experiment.unknown-name', ...problem, position });
  }
}

function readTable(reading: Reading, text: string, path: readonly PathPart[]): PlacedCell[] {
  const block = reading.blocks.get(formatPath(path));
  const placeOf = ({ line, column }: Pick<Token, 'line' | 'column'>): Position | null =>
    block === undefined ? null : { line: block.line + line, column: block.column + column };
  const { columns, rows } = parseTable(text);
  if (rows.length === 0) {
    const hint = 'the first line names the columns, every other line its row, then a word for each column';
    wrongTable(reading, path, null, 'the table has no rows', hint);
  }
  const twice = (tokens: readonly Token[], what: string) => {
    for (const [index, token] of tokens.entries()) {
      if (tokens.findIndex((other) => other.text === token.text) < index) {
        wrongTable(reading, path, placeOf(token), `the ${what} ${token.text} is there twice`, 'keep one of them');
      }
    }
  };
  const names = [...columns, ...rows.map(({ name }) => name)];
  checkEnds(
    reading,
    names
      .filter(({ text: name }, index) => names.findIndex((other) => other.text === name) === index)
      .map((token) => ({ text: token.text, position: placeOf(token) })),
    path,
  );
  twice(columns, 'column');
  twice(
    rows.map(({ name }) => name),
    'row',
  );
  return rows.flatMap(({ name, cells }) => {
    if (cells.length !== columns.length) {
      const message = `row ${name.text}: ${cells.length} of ${columns.length} columns`;
      wrongTable(reading, path, placeOf(name), message, 'put "." where nothing is asked');
    }
    return cells.flatMap((cell, index) => {
      const to = columns[index];
      if (to === undefined) return [];
      const position = placeOf(cell);
      const expected = outcomeOf(cell.text);
      if (expected === undefined) {
        const message = `${JSON.stringify(cell.text)} is no word of a table`;
        wrongTable(reading, path, position, message, nearHint(cell.text, [...Object.keys(words), '.'], 'word'));
      }
      if (expected === undefined || expected === null) return [];
      const line = position?.line ?? reading.positions.get(formatPath(path))?.line ?? null;
      return [{ from: name.text, to: to.text, expected, because: null, see: null, line, path, position }];
    });
  });
}

function readLines(reading: Reading, lines: Lines, path: readonly PathPart[]): PlacedCell[] {
  return lines.flatMap((line, index) =>
    linesOf(line).flatMap(([text, said]) => {
      const place = typeof line === 'string' ? [...path, index] : [...path, index, text];
      const sides = parseLine(text);
      if (sides === null) {
        wrongTable(
          reading,
          place,
          null,
          `${JSON.stringify(text)} is no line of the kind "a, b -> c"`,
          'such as "a -> b, c: yes"',
        );
        return [];
      }
      const {
        expect,
        because = null,
        see = null,
      } = typeof said === 'string' ? { expect: said } : (said as { expect: string; because?: string; see?: string });
      const expected = outcomeOf(expect);
      if (expected === undefined || expected === null) {
        const hint = nearHint(expect, Object.keys(words), 'word');
        wrongTable(reading, place, null, `${JSON.stringify(expect)} is no word of a table`, hint);
        return [];
      }
      const ends = [...new Set([...sides.from, ...sides.to])];
      checkEnds(
        reading,
        ends.map((end) => ({ text: end, position: null })),
        place,
      );
      const at = reading.positions.get(formatPath(place))?.line ?? null;
      return sides.from.flatMap((from) =>
        sides.to.map((to) => ({ from, to, expected, because, see, line: at, path: place, position: null })),
      );
    }),
  );
}

/** Lines may be quoted as a whole: `'a -> node:B: yes'`. */
function linesOf(line: Lines[number]): [string, unknown][] {
  if (typeof line !== 'string') return Object.entries(line);
  const colon = line.lastIndexOf(':');
  return [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
}
