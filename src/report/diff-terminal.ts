import type { DiffDocument } from '../verdict/diff-types.ts';
import { diffRows, type Row } from './diff-rows.ts';
import { diffNotes, missingLine, openLines, ownSentences, sideLine, summarizeDiff } from './diff-words.ts';
import { createStyle, type Style } from './style.ts';
import { formatColumns } from './table.ts';
import { wrap } from './wrap.ts';

export interface DiffRendering {
  /** Columns of the terminal; used up to 80. */
  width: number;
  color: boolean;
}

/** A word longer than that goes onto a line of its own. */
const longestWord = 16;

/** Where two results differ, for people: the answer, where the two are from, a table, and what one has alone. */
export function renderDiff(raw: DiffDocument, rendering: DiffRendering): string {
  const document = withoutControls(raw);
  const style = createStyle(rendering.color);
  const width = Math.max(40, Math.min(rendering.width, 80));
  const fold = (text: string, indent = '  ') => wrap(text, width, indent);
  const sections = [
    [
      style.bold(fold(summarizeDiff(document))),
      fold(sideLine('a', document), '   '),
      fold(sideLine('b', document), '   '),
      ...diffNotes(document).map((note) => fold(note)),
    ],
    ...tables(document, width, style),
    document.differences.flatMap((one) => (one.kind === 'missing' ? fold(missingLine(one)) : [])),
    openLines(document).map((line) => fold(line)),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

/** One for each group, its columns where those of the others are; what is said of a driver follows it. */
function tables(document: DiffDocument, width: number, style: Style): readonly (readonly string[])[] {
  const rows = diffRows(document.differences);
  const short = rows.filter((row) => !isLong(row));
  const [a, b] = [widest(short.map((row) => row.a)), widest(short.map((row) => row.b))];
  const label = Math.min(width - a - b - 4, widest(rows.flatMap(labelLengths)));
  const columns = [label + 2, a + 2, b];
  const marks = rows.some((row) => / !$/.test(row.a) || / !$/.test(row.b));
  const grouped = [...new Set(rows.map(({ group }) => group))].map((group) => {
    const own = rows.filter((row) => row.group === group);
    const sentence = document.sentences.find(({ subject }) => subject === group);
    const head = own.every(isLong) ? group : formatColumns([[group, 'A', 'B']], columns);
    return [
      head.replace(group, style.bold(group)),
      ...own.flatMap((row, index) => [
        ...(row.step !== null && row.step !== own[index - 1]?.step ? [wrap(`  ${row.step}`, width, '     ')] : []),
        ...rowLines(row, columns, width),
      ]),
      ...(sentence === undefined ? [] : sentenceLines(sentence, width)),
    ];
  });
  return marks ? [...grouped, ['! = not as expected']] : grouped;
}

function sentenceLines({ a, b }: { a: string; b: string }, width: number): readonly string[] {
  const said = [`A: ${ownSentences(a, b)}`, `B: ${ownSentences(b, a)}`];
  return said.filter((line) => line.length > 3).map((line) => wrap(`  ${line}`, width, '     '));
}

const isLong = ({ a, b }: Row) => a.length > longestWord || b.length > longestWord;

const indentOf = ({ step }: Row) => (step === null ? '  ' : '    ');

const labelLengths = (row: Row) => [`${indentOf(row)}${row.label}`, row.group];

const widest = (words: readonly string[]) => Math.max(1, ...words.map((word) => word.length));

function rowLines(row: Row, columns: readonly number[], width: number): readonly string[] {
  const indent = indentOf(row);
  if (isLong(row)) {
    const value = (side: 'A' | 'B', text: string) => wrap(`${indent}  ${side}: ${text}`, width, `${indent}     `);
    return [wrap(`${indent}${row.label}`, width, `${indent}  `), value('A', row.a), value('B', row.b)];
  }
  const [first = '', ...others] = wrap(`${indent}${row.label}`, (columns[0] ?? width) - 2, `${indent}  `).split('\n');
  return [formatColumns([[first, row.a, row.b]], columns), ...others];
}

/** A file may come from anybody: nothing in it may steer the terminal. */
function withoutControls(document: DiffDocument): DiffDocument {
  return JSON.parse(JSON.stringify(document), (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/\p{Cc}+/gu, ' ') : value,
  ) as DiffDocument;
}
