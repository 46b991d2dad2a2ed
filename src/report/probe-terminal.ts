import { quoteWord } from '../core/quote.ts';
import type { CellVerdict, ProbeDocument, ProbedContainer } from '../verdict/run-types.ts';
import { countTables, orderEnds, renderMatrix } from './run-matrix.ts';
import { probeNotes } from './run-problems.ts';
import { enginesLine, type RunRendering } from './run-terminal.ts';
import { cellWord, legendLines } from './run-words.ts';
import { createStyle } from './style.ts';
import { formatTable } from './table.ts';
import { count, list } from './words.ts';
import { wrap } from './wrap.ts';

/** More tables than that side by side are no help any more: then each row is told in a line. */
const mostTables = 3;

/** Who reaches whom among the containers that run: by name, then by address. */
export function renderProbe(document: ProbeDocument, rendering: RunRendering): string {
  const { containers, matrices, probes } = document;
  const width = Math.max(40, Math.min(rendering.width, 80));
  const style = createStyle(rendering.color);
  const fold = (text: string) => wrap(text, width, '  ');
  const asked = matrices.filter(({ cells }) => cells.length > 0);
  if (asked.length === 0) return nothingToAsk(document, fold);
  const label = labelsOf(containers);
  const words = new Set<string>();
  const tables = asked.map(({ by, network, cells }) => {
    const title = style.bold(`${by === 'name' ? 'By name' : 'By IP'}${network === null ? '' : ` on ${network}`}`);
    const tooMany = countTables(cells, width - 2, label) > mostTables;
    const matrix = renderMatrix(cells, probes, { width, indent: '  ', style, label });
    for (const word of matrix.words) if (!tooMany || word !== '.') words.add(word);
    return [title, tooMany ? rowLines(cells, document, label, width) : matrix.text];
  });
  const notes = asked.flatMap(({ by, cells }) => probeNotes(cells, probes, by, label).map((note) => fold(note)));
  const sections = [
    [style.bold(fold(summarizeProbe(document))), fold(enginesLine(document.engines))],
    coverageLines(document, label).map(fold),
    containers.length === 0 ? [] : [formatTable(containers.map(containerRow), { indent: '  ' })],
    ...tables,
    notes,
    [...legendLines(words, width)],
    document.notes.map((note) => fold(`Note: ${note}`)),
    byHand(document),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

/** `4 containers on 1 node: 10 of 16 ways reached by name, 12 of 16 by IP.` */
export function summarizeProbe({ containers, matrices }: ProbeDocument): string {
  const who = `${count(containers.length, 'container')} on ${count(new Set(containers.map(({ node }) => node)).size, 'node')}`;
  const parts = (['name', 'ip'] as const).flatMap((by) => {
    const cells = matrices.filter((matrix) => matrix.by === by).flatMap((matrix) => matrix.cells);
    if (cells.length === 0) return [];
    const reached = cells.filter(({ outcome }) => outcome === 'reached').length;
    const unmeasured = cells.filter(({ outcome }) => outcome === 'not-measured').length;
    const but = unmeasured === 0 ? '' : ` (${unmeasured} not measured)`;
    return [`${reached} of ${cells.length} reached by ${by === 'ip' ? 'IP' : 'name'}${but}`];
  });
  return `${who}: ${parts.join(', ')}.`;
}

/** What was left out, and whether what was asked stands for it. */
function coverageLines({ coverage }: ProbeDocument, label: (end: string) => string): readonly string[] {
  if (coverage === undefined) return [];
  const { asked, of, classes, drawn, wouldShow, uneven } = coverage;
  const kinds = `${count(classes.length, 'class', 'classes')} of containers that are alike`;
  const share =
    wouldShow === 0
      ? ''
      : ` Were more than ${Number((wouldShow * 100).toFixed(1))} % of the pairs unlike the others of their classes, the draw would show it 19 times in 20.`;
  return [
    `Asked: ${asked} of ${of} pairs: one for each two of ${kinds}, and ${drawn} drawn by lot.${share}`,
    ...uneven.map(
      ({ from, to, by, protocol, outcomes }) =>
        `Not alike: those like ${label(from)} to those like ${label(to)}, by ${by === 'ip' ? 'IP' : 'name'} over ${protocol.toUpperCase()}: ${list(outcomes)}. Ask all of them: --coverage all`,
    ),
  ];
}

/** A bare name where it is unique, else `node/name`. */
function labelsOf(containers: readonly ProbedContainer[]): (end: string) => string {
  const labels = new Map(
    containers.map(({ id, name }) => [
      id,
      containers.some((other) => other.id !== id && other.name === name) ? id : name,
    ]),
  );
  return (end) => labels.get(end) ?? end;
}

function containerRow({ id, addresses, networkMode, experiment }: ProbedContainer): readonly string[] {
  const places = Object.entries(addresses).map(([network, address]) => `${network} ${address}`);
  const where = places.length > 0 ? places.join(', ') : networkMode;
  return [id, experiment === null ? where : `${where} (${experiment})`];
}

/** Who reaches whom in words; rows that say the same are told together. */
function rowLines(
  cells: readonly CellVerdict[],
  { probes }: ProbeDocument,
  label: (end: string) => string,
  width: number,
): string {
  const alike = new Map<string, string[]>();
  for (const row of orderEnds(cells).rows) {
    const groups = new Map<string, string[]>();
    for (const cell of cells.filter(({ from }) => from === row)) {
      const word = cellWord(cell, probes);
      groups.set(word, [...(groups.get(word) ?? []), cell.to === row ? 'itself' : label(cell.to)]);
    }
    const said = groupWords([...groups]);
    alike.set(said, [...(alike.get(said) ?? []), label(row)]);
  }
  return [...alike]
    .map(([said, rows]) => `${wrap(`  ${rows.join(', ')}`, width, '  ')}\n${wrap(`    ${said}`, width, '      ')}`)
    .join('\n');
}

/** Small groups first; the largest is `the other N` where that is shorter. */
function groupWords(groups: readonly (readonly [word: string, ends: readonly string[]])[]): string {
  const sorted = [...groups].sort(
    ([leftWord, left], [rightWord, right]) => left.length - right.length || leftWord.localeCompare(rightWord),
  );
  const [only] = sorted;
  if (sorted.length === 1 && only !== undefined) return `${only[0]}: all ${only[1].length}`;
  return sorted
    .map(([word, ends], index) => {
      const others = index === sorted.length - 1 && ends.length > 5;
      return `${word}: ${others ? `the other ${ends.length}` : ends.join(', ')}`;
    })
    .join('; ');
}

function nothingToAsk(document: ProbeDocument, fold: (text: string) => string): string {
  const { lab, image, engines, network, from, to, containers } = document;
  const option = lab === 'default' ? '' : ` --lab ${lab}`;
  const node = engines[0]?.node ?? 'm1';
  const asked = [
    ...(network === null ? [] : [`on ${network}`]),
    ...(from === null ? [] : [`from ${from}`]),
    ...(to === null ? [] : [`to ${to}`]),
  ];
  const where = asked.length === 0 ? '' : ` ${list(asked)}`;
  const running = containers.length === 0 ? `No container is running in lab ${lab}` : `There is nothing to ask`;
  const run = `swarmlab exec${option} ${node} docker run -d`;
  const joined = network === null ? '' : ` --network ${network}`;
  return [
    fold(`${running}${where}: nothing was asked.`),
    '',
    'Start some, then ask again:',
    `  ${run} --name web${joined} ${quoteWord(image)} sleep 1d`,
    `  ${run} --name db${joined} ${quoteWord(image)} sleep 1d`,
    `  swarmlab probe${option}`,
    '',
  ].join('\n');
}

/** One that was not reached, by IP if there is one, else any: how to ask it by hand. */
function byHand({ probes }: ProbeDocument): readonly string[] {
  const open = probes.filter(({ reproduce }) => reproduce !== null);
  const chosen =
    open.find(({ outcome, by }) => outcome !== 'reached' && by === 'ip') ??
    open.find(({ outcome }) => outcome !== 'reached') ??
    open[0];
  return chosen?.reproduce == null ? [] : ['One of them by hand:', `  ${chosen.reproduce}`];
}
