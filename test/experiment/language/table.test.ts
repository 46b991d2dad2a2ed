import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseExperiment } from '../../../src/experiment/language/parse.ts';
import { formatCells, outcomeOf, parseLine, parseTable } from '../../../src/experiment/language/table.ts';
import { wordOf, words } from '../../../src/experiment/language/vocabulary.ts';

const names = ['aa', 'bb', 'a-rather-long-name', 'x.y', 'z_1'];
const cell = fc.record({
  from: fc.constantFrom(...names, 'node:A', 'lan'),
  to: fc.constantFrom(...names, 'node:B', 'world'),
  expected: fc.constantFrom(...Object.values(words)),
});
const drawing = fc.uniqueArray(cell, { minLength: 1, maxLength: 30, selector: ({ from, to }) => `${from} ${to}` });

const sorted = (cells: readonly { from: string; to: string; expected: string }[]) =>
  cells.map(({ from, to, expected }) => `${from} ${to} ${expected}`).toSorted();

function read(expectation: string) {
  const containers = names.map((name) => `  ${name}: {}\n`).join('');
  const text = `title: t\ncontainers:\n${containers}steps:\n  - title: s\n    probe:\n      by: name\n      expect:${expectation}`;
  const [step] = parseExperiment(text, 'round-trip.yaml').steps;
  const variant = step?.action.kind === 'probe' ? step.action.probe.variants[0] : undefined;
  return { cells: variant?.cells ?? [], lines: text.split('\n') };
}

it('reads a table back as the cells that it was drawn from, each at its own line', () => {
  fc.assert(
    fc.property(drawing, fc.integer({ min: 1, max: 6 }), (cells, indent) => {
      const drawn = formatCells(cells)
        .split('\n')
        .map((line) => `${' '.repeat(6 + indent)}${line}`);
      // The first line of a literal block sets its margin: it must not begin deeper than the others.
      const header = drawn[0]?.trimStart() ?? '';
      const table = ['from/to '.padStart(6 + indent + 8) + header, ...drawn.slice(1)].join('\n');
      const found = read(` |\n${table}\n`);
      expect(sorted(found.cells)).toEqual(sorted(cells));
      for (const { from, line } of found.cells) {
        expect((found.lines[(line ?? 0) - 1] ?? '').trim().startsWith(`${from} `)).toBe(true);
      }
    }),
  );
});

it('reads lines as the same cells as the table of them', () => {
  fc.assert(
    fc.property(drawing, (cells) => {
      const lines = cells.map(({ from, to, expected }) => `\n        - ${from} -> ${to}: ${wordOf(expected)}`);
      expect(sorted(read(`${lines.join('')}\n`).cells)).toEqual(sorted(cells));
    }),
  );
});

it('has a word for every outcome, and each word means one', () => {
  for (const [word, outcome] of Object.entries(words)) {
    expect(outcomeOf(word)).toBe(outcome);
    expect(wordOf(outcome)).toBe(word);
  }
  expect(outcomeOf('.')).toBeNull();
  expect(outcomeOf('toString')).toBeUndefined();
});

it.each([
  ['   a b\na yes no', ['a', 'b'], 1],
  ['from/to a b\na yes no\n\n# later\nb no yes\n', ['a', 'b'], 2],
  ['a\r\nb yes\r\n', ['a'], 1],
  ['', [], 0],
])('%j has these columns, and that many rows', (text, columns, rows) => {
  const table = parseTable(text);
  expect(table.columns.map((token) => token.text)).toEqual(columns);
  expect(table.rows).toHaveLength(rows);
});

it.each([
  ['a -> b', { from: ['a'], to: ['b'] }],
  ['a,b->c , node:A', { from: ['a', 'b'], to: ['c', 'node:A'] }],
  ['a', null],
  ['a -> b -> c', null],
  ['a, -> b', null],
  ['a b -> c', null],
])('%j as a line', (text, sides) => {
  expect(parseLine(text)).toEqual(sides);
});
