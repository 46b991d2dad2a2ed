// The one importer of cli-table3.
import Table from 'cli-table3';

const noLines = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid']
    .concat(['mid', 'mid-mid', 'right', 'right-mid'])
    .map((part) => [part, '']),
);

export interface TableOptions {
  /** Between two columns. */
  gap?: string;
  /** Put before every line. */
  indent?: string;
}

/** Rows as columns without lines around them; wide characters and colours are measured right. No trailing blanks. */
export function formatTable(rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const { gap = '  ', indent = '' } = options;
  const table = new Table({
    chars: { ...noLines, middle: gap },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => `${indent}${line}`.trimEnd())
    .join('\n');
}

/** Rows in columns of given widths, colours not counted; what is too long is cut. No lines around them, no trailing blanks. */
export function formatColumns(rows: readonly (readonly string[])[], widths: readonly number[]): string {
  const table = new Table({
    chars: { ...noLines, middle: '' },
    colWidths: [...widths],
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    truncate: '~',
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
