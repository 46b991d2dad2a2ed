import type { CellDefinition, ExpectedOutcome } from './definition.ts';
import { wordOf, words } from './vocabulary.ts';

/** A piece of text by its place: lines and columns count from 0, within the table. */
export interface Token {
  text: string;
  line: number;
  column: number;
}

export interface Table {
  columns: readonly Token[];
  rows: readonly { name: Token; cells: readonly Token[] }[];
}

/**
 * A table as people draw one: the first line names the columns, every other line its row and then a word for each
 * column. Blanks separate; empty lines and lines that begin with `#` are passed over. The corner may be empty, or say
 * something with a slash in it, such as `from/to`, or be `.`.
 */
export function parseTable(text: string): Table {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) =>
      [...line.matchAll(/\S+/g)].map((match) => ({ text: match[0], line: index, column: match.index })),
    )
    .filter(([first]) => first !== undefined && !first.text.startsWith('#'));
  const [header = [], ...rows] = lines;
  const columns = /^\.$|\//.test(header[0]?.text ?? '') ? header.slice(1) : header;
  return {
    columns,
    rows: rows.map(([name, ...cells]) => ({ name: name ?? { text: '', line: 0, column: 0 }, cells })),
  };
}

/** The outcome of a cell's word; null for `.`, undefined for no word. */
export function outcomeOf(word: string): ExpectedOutcome | null | undefined {
  return word === '.' ? null : Object.hasOwn(words, word) ? words[word] : undefined;
}

/** Cells as a table that reads back as the same cells; what has no cell is `.`. */
export function formatCells(cells: readonly Pick<CellDefinition, 'from' | 'to' | 'expected'>[]): string {
  const rows = [...new Set(cells.map(({ from }) => from))];
  const columns = [...new Set(cells.map(({ to }) => to))];
  const wordAt = (from: string, to: string) => {
    const cell = cells.find((each) => each.from === from && each.to === to);
    return cell === undefined ? '.' : wordOf(cell.expected);
  };
  const grid = [['', ...columns], ...rows.map((from) => [from, ...columns.map((to) => wordAt(from, to))])];
  const widths = ['', ...columns].map((_, column) => Math.max(...grid.map((row) => (row[column] ?? '').length)));
  return grid
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `a, b -> c, d` as its two sides; null when it is no such line. */
export function parseLine(text: string): { from: readonly string[]; to: readonly string[] } | null {
  const sides = text.split('->').map((side) => side.split(',').map((name) => name.trim()));
  const [from, to] = sides;
  if (sides.length !== 2 || from === undefined || to === undefined) return null;
  return [...from, ...to].some((name) => name === '' || /\s/.test(name)) ? null : { from, to };
}
