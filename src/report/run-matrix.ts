import type { CellVerdict, ProbeResult } from '../verdict/run-types.ts';
import { foldCells, type GroupOf, noGroups } from './fold.ts';
import { cellWord } from './run-words.ts';
import type { Style } from './style.ts';
import { formatTable } from './table.ts';

export interface MatrixLook {
  /** Columns that there are for it, indent included. */
  width: number;
  indent: string;
  style: Style;
  /** What an end is called; its own name where null. */
  label?: (end: string) => string;
  /** Ends that are drawn as one. */
  groupOf?: GroupOf;
}

/** The words that appear, so that the legend explains those and no others. */
export interface RenderedMatrix {
  text: string;
  words: ReadonlySet<string>;
}

const gap = 2;

/**
 * From (rows) times to (columns), as a person draws it. What does not fit beside each other is split into several
 * tables, each with all rows.
 */
export function renderMatrix(
  cells: readonly CellVerdict[],
  probes: readonly Pick<ProbeResult, 'outcome'>[],
  look: MatrixLook,
): RenderedMatrix {
  const { style, indent, label = (end: string) => end, groupOf = noGroups } = look;
  const said = cells.map((cell) => ({ from: cell.from, to: cell.to, word: cellWord(cell, probes) }));
  const drawn = foldCells(said, groupOf);
  const { rows, columns } = orderEnds(drawn);
  const byEnds = new Map(drawn.map(({ from, to, word }) => [`${from} ${to}`, word]));
  const wordAt = (from: string, to: string) => byEnds.get(`${from} ${to}`) ?? '.';
  const asked = drawn.length === rows.length * columns.length;
  const words = new Set([...said.map(({ word }) => word), ...(asked ? [] : ['.'])]);
  const head = Math.max(...rows.map((row) => label(row).length), 0);
  const widths = columns.map((to) => Math.max(label(to).length, ...rows.map((from) => wordAt(from, to).length)));
  const tables = splitColumns(widths, look.width - indent.length - head).map(([start, end]) => {
    const part = columns.slice(start, end);
    return formatTable(
      [
        ['', ...part.map((to) => style.bold(label(to)))],
        ...rows.map((from) => [style.bold(label(from)), ...part.map((to) => paint(wordAt(from, to), style))]),
      ],
      { gap: ' '.repeat(gap), indent },
    );
  });
  return { text: tables.join('\n\n'), words };
}

/** Into how many tables it would be split. */
export function countTables(cells: readonly CellVerdict[], width: number, label = (end: string) => end): number {
  const { rows, columns } = orderEnds(cells);
  const head = Math.max(...rows.map((row) => label(row).length), 0);
  return splitColumns(
    columns.map((to) => label(to).length),
    width - head,
  ).length;
}

/** Ranges of columns, `[start, end)`, that fit beside the rows' labels; at least one column in each. */
export function splitColumns(widths: readonly number[], available: number): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  let used = 0;
  widths.forEach((width, index) => {
    const last = ranges.at(-1);
    if (last !== undefined && used + gap + width <= available) {
      last[1] = index + 1;
      used += gap + width;
    } else {
      ranges.push([index, index + 1]);
      used = gap + width;
    }
  });
  return ranges;
}

/**
 * Rows and columns in the order in which they were drawn. Cells that were not asked are missing, so the columns' order
 * is put together from all rows; what no row decides follows the rows, as in a square table.
 */
export function orderEnds(cells: readonly Pick<CellVerdict, 'from' | 'to'>[]): {
  rows: readonly string[];
  columns: readonly string[];
} {
  const rows = [...new Set(cells.map(({ from }) => from))];
  const appearing = [...new Set(cells.map(({ to }) => to))];
  const rank = new Map(appearing.map((to, index) => [to, rows.includes(to) ? rows.indexOf(to) : rows.length + index]));
  const preferred = [...appearing].sort((left, right) => (rank.get(left) ?? 0) - (rank.get(right) ?? 0));
  const before = new Map<string, Set<string>>(preferred.map((to) => [to, new Set()]));
  for (const row of rows) {
    const drawn = cells.filter(({ from }) => from === row).map(({ to }) => to);
    drawn.forEach((to, index) => {
      const previous = drawn[index - 1];
      if (previous !== undefined) before.get(to)?.add(previous);
    });
  }
  const columns: string[] = [];
  const left = new Set(preferred);
  while (left.size > 0) {
    const next = [...left].find((to) => [...(before.get(to) ?? [])].every((one) => !left.has(one)));
    // Rows that contradict each other were written as lines, not drawn as a table.
    if (next === undefined) return { rows, columns: preferred };
    columns.push(next);
    left.delete(next);
  }
  return { rows, columns };
}

function paint(word: string, style: Style): string {
  if (word.includes('!')) return style.bold(style.red(word));
  if (word === '?') return style.yellow(word);
  if (/^(?:\d+ )?yes$/.test(word)) return style.green(word);
  return word === '.' ? style.dim(word) : word;
}
