import { surprisesOf } from '../verdict/surprises.ts';
import type { Cells, DriverResult } from '../verdict/types.ts';
import { containerWord, labelOf, machineWord } from './scope-words.ts';
import type { Style } from './style.ts';
import { formatColumns } from './table.ts';

const widths = [14, 8, 8, 8, 8, 8, 7, 8, 9];
/** The same columns, grouped. */
const groupWidths = [14, 8, 16, 31, 9];
const groups = ['', 'Docker', 'CONTAINER ON', 'FROM CONTAINER TO MACHINES', 'FROM LAN'];
const columns = [
  ['network', 'says', 'same', 'other', 'own', 'other', 'LAN', 'world', 'INTO'],
  ['', '', 'node', 'node', 'node', 'node', '', '', 'CONTAINER'],
];

/** A word of the table, and what is to be thought of it. */
interface Marked {
  word: string;
  surprises: boolean;
  differs: boolean;
  /** Something behind the word was not measured, though the word itself was. */
  unsure: boolean;
}

/** The words that appear, so that the legend explains those and no others. */
export interface ScopeTable {
  text: string;
  words: ReadonlySet<string>;
}

/** One row for each driver that was measured: 78 columns, ASCII. */
export function renderScopeTable(drivers: readonly DriverResult[], style: Style): ScopeTable {
  const words = new Set<string>();
  const rows = drivers.map((driver) => {
    const marked = cellsOfRow(driver);
    for (const cell of marked) {
      words.add(cell.word);
      if (cell.differs) words.add('X');
      if (cell.unsure) words.add('?');
      if (cell.surprises) words.add('!');
    }
    const label = driver.verdict === 'differs' ? style.red(labelOf(driver.id)) : labelOf(driver.id);
    return [
      label,
      driver.declaredScope ?? (driver.id === 'container' ? '.' : '?'),
      ...marked.map((cell) => paint(cell, style)),
    ];
  });
  const title = formatColumns([groups.map(style.bold)], groupWidths);
  const table = formatColumns([...columns.map((names) => names.map(style.bold)), ...rows], widths);
  return { text: `${title}\n${table}`, words };
}

function cellsOfRow(driver: DriverResult): readonly Marked[] {
  const { rings } = driver;
  const surprises = surprisesOf(driver);
  const surprising = (kind: string) => surprises.some((surprise) => surprise.kind === kind);
  const mark = (word: string, surprise: boolean, behind: readonly Cells[]): Marked => ({
    word,
    surprises: surprise,
    differs: behind.some((cells) => has(cells, 'differs')),
    unsure: word !== '?' && behind.some((cells) => has(cells, 'not-measured')),
  });
  const { self, sibling, peer, node, lan, world } = rings;
  const other = rings['peer-node'];
  const apart = surprising('own-node-apart');
  const ownNode = machineWord(node.out);
  return [
    // A container's reach to itself has no column; where it is wrong, that shows beside its sibling's.
    mark(containerWord(sibling.out), false, [self.out, sibling.out, sibling.in]),
    mark(containerWord(peer.out), surprising('crosses-hosts'), [peer.out, peer.in]),
    mark(apart && ownNode === '-' ? 'NO' : ownNode, apart && ownNode === '-', [node.out, node.in]),
    mark(machineWord(other.out), false, [other.out, other.in]),
    mark(machineWord(lan.out), false, [lan.out]),
    mark(machineWord(world.out), false, [world.out, world.in]),
    mark(machineWord(lan.in), surprising('open-to-the-lan'), [lan.in]),
  ];
}

function has({ ip, name }: Cells, verdict: 'differs' | 'not-measured'): boolean {
  return ip?.verdict === verdict || name?.verdict === verdict;
}

function paint({ word, surprises, differs, unsure }: Marked, style: Style): string {
  if (differs) return style.bold(style.red(`X ${word}`));
  if (word === '?') return style.yellow(word);
  if (unsure) return style.yellow(`${word} ?`);
  if (surprises) return style.yellow(`${word} !`);
  return word === '-' || word === '.' ? style.dim(word) : style.green(word);
}
