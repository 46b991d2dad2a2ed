import { describe, expect, it } from 'vitest';
import { foldCells, foldNames, groupsOf, noGroups } from '../../src/report/fold.ts';

const groupOf = groupsOf([
  { name: 'web' },
  { name: 'c-1', group: 'c' },
  { name: 'c-2', group: 'c' },
  { name: 'c-3', group: null },
]);
const cell = (from: string, to: string, word: string) => ({ from, to, word });

describe('cells of a group', () => {
  it('become one that counts what they say, the most frequent first', () => {
    const cells = [
      cell('c-1', 'web', 'no!'),
      cell('web', 'web', 'yes'),
      cell('c-2', 'web', 'yes'),
      cell('c-1', 'c-2', 'yes'),
    ];
    expect(foldCells([...cells, cell('c-2', 'web', 'yes')], groupOf)).toEqual([
      cell('c', 'web', '2 yes, 1 no!'),
      cell('web', 'web', 'yes'),
      cell('c', 'c', '1 yes'),
    ]);
  });

  it('stay as they are where nothing is a group, also where a pair is there twice', () => {
    const cells = [cell('c-1', 'c-3', 'yes'), cell('c-1', 'c-3', 'no')];
    expect(foldCells(cells, noGroups)).toEqual(cells);
    expect(foldCells([cell('web', 'c-3', 'yes')], groupOf)).toEqual([cell('web', 'c-3', 'yes')]);
  });
});

it('counts the names of a group', () => {
  expect(foldNames(['c-1', 'web', 'c-2', 'c-3'], groupOf)).toEqual(['2 of c', 'web', 'c-3']);
});
