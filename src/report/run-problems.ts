import type { CellVerdict, ProbeResult, StepResult } from '../verdict/run-types.ts';
import { expectedWord, seenWord } from './run-words.ts';
import { count, list } from './words.ts';

/** What is to be said about one cell, or several alike, and a line that asks the same by hand. */
export interface CellNote {
  text: string;
  reproduce: string | null;
}

/** From, to, by, protocol, expected, seen and detail of every cell that differs or was not measured. */
export function cellNotes({ cells, probes, asked }: StepResult): readonly CellNote[] {
  const by = asked === null ? '' : ` by ${asked.by}`;
  const differing = cells.filter(({ verdict }) => verdict === 'differs').map((cell) => differs(cell, probes, by));
  const notes = [...differing, ...unmeasured(cells, probes, by), ...explained(cells, probes, by)];
  if (notes.length <= mostCells) return notes;
  const rest = `and ${notes.length - mostCells} more${by}: --json has each of them`;
  return [...notes.slice(0, mostCells), { text: rest, reproduce: null }];
}

/** More than a person reads: of a thousand containers that came out wrong the first few say the same. */
const mostCells = 100;

function differs(cell: CellVerdict, probes: readonly ProbeResult[], by: string): CellNote {
  const own = probesOf(cell, probes);
  const target = own.find((probe) => probe.target !== null)?.target ?? null;
  const aim = target === null || target === cell.to ? '' : ` (${target})`;
  const expected = cell.expected === null ? 'nothing' : expectedWord(cell.expected);
  const text = `${cell.from} -> ${cell.to}${aim}${by}: expected ${expected}, seen ${seenWord(cell, probes)}: ${seenOf(own)}${reasonOf(cell)}${causeOf(own)}`;
  return { text, reproduce: reproduceOf(cell, own) };
}

/** Why it came out so, where that was looked into. */
function causeOf(probes: readonly ProbeResult[]): string {
  const cause = probes.find(({ cause }) => cause !== null)?.cause ?? null;
  return cause === null ? '' : `. Cause: ${cause.sentence} (${cause.id})`;
}

/** Cells that are as expected, and were looked into (`--explain`): those with one cause together. */
function explained(cells: readonly CellVerdict[], probes: readonly ProbeResult[], by: string): readonly CellNote[] {
  const byCause = new Map<string, Map<string, string[]>>();
  for (const cell of cells.filter(({ verdict }) => verdict === 'as-expected')) {
    const cause = causeOf(probesOf(cell, probes));
    if (cause === '') continue;
    const pairs = byCause.get(cause) ?? new Map<string, string[]>();
    pairs.set(cell.from, [...(pairs.get(cell.from) ?? []), cell.to]);
    byCause.set(cause, pairs);
  }
  return [...byCause].map(([cause, pairs]) => {
    const ends = [...pairs].map(([from, to]) => `${from} -> ${to.join(', ')}`).join('; ');
    return { text: `${ends}${by}: not reached${cause}`, reproduce: null };
  });
}

/** Why something else was expected, where the cell has a reason of its own. */
function reasonOf({ because, see }: CellVerdict): string {
  if (because === undefined || because === null) return '';
  return `. Expected because ${because}${see === undefined || see === null ? '' : ` (${see})`}`;
}

/** Cells that lack the same are told together: one cause of many. */
function unmeasured(cells: readonly CellVerdict[], probes: readonly ProbeResult[], by: string): readonly CellNote[] {
  const byReason = new Map<string, CellVerdict[]>();
  for (const cell of cells.filter(({ verdict }) => verdict === 'not-measured')) {
    byReason.set(cell.detail, [...(byReason.get(cell.detail) ?? []), cell]);
  }
  return [...byReason].flatMap(([detail, alike]): CellNote[] => {
    const reason = detail === '' ? 'no reason was given' : detail;
    if (alike.length > 3) {
      return [{ text: `${count(alike.length, 'cell')} not measured: ${reason}`, reproduce: null }];
    }
    return alike.map((cell) => {
      const own = probesOf(cell, probes);
      const protocols = own.filter(({ outcome }) => outcome === 'not-measured').map(({ protocol }) => protocol);
      const what = protocols.length === 0 ? '' : `, ${list(protocols)}`;
      const expected = cell.expected === null ? '' : `expected ${expectedWord(cell.expected)}, `;
      const text = `${cell.from} -> ${cell.to}${by}${what}: ${expected}not measured: ${reason}`;
      return { text, reproduce: reproduceOf(cell, own) };
    });
  });
}

function probesOf(cell: CellVerdict, probes: readonly ProbeResult[]): readonly ProbeResult[] {
  return cell.probes.flatMap((index) => probes[index] ?? []);
}

/** Protocols that saw the same are named together. */
function seenOf(probes: readonly ProbeResult[]): string {
  const bySeen = new Map<string, string[]>();
  for (const { protocol, outcome, detail, responder } of probes) {
    const who = responder === null ? '' : ` by ${responder}`;
    const seen = `${outcome}${who}${detail === '' || outcome === 'reached' ? '' : ` (${detail})`}`;
    bySeen.set(seen, [...(bySeen.get(seen) ?? []), protocol]);
  }
  return [...bySeen].map(([seen, protocols]) => `${protocols.join(', ')} ${seen}`).join('; ');
}

/** Of the protocols with the verdict of the cell, the first that can be asked by hand. */
function reproduceOf(cell: CellVerdict, probes: readonly ProbeResult[]): string | null {
  const decisive = probes.filter(({ verdict }) => verdict === cell.verdict);
  return [...decisive, ...probes].find(({ reproduce }) => reproduce !== null)?.reproduce ?? null;
}

const mostNotes = 8;

/** Of a table without expectation: what a single word does not tell, such as who answered instead; the first few. */
export function probeNotes(
  cells: readonly CellVerdict[],
  probes: readonly ProbeResult[],
  by: string,
  label: (end: string) => string,
): readonly string[] {
  const odd = cells
    .filter((cell) => ['part', 'wrong'].includes(seenWord(cell, probes)))
    .map((cell) => `${label(cell.from)} -> ${label(cell.to)} by ${by}: ${seenOf(probesOf(cell, probes))}`);
  const unasked = cells
    .filter(({ outcome }) => outcome === 'not-measured')
    .map((cell) => ({ ...cell, verdict: 'not-measured' as const, from: label(cell.from), to: label(cell.to) }));
  const notes = [...odd, ...unmeasured(unasked, probes, ` by ${by}`).map(({ text }) => text)];
  if (notes.length <= mostNotes) return notes;
  return [...notes.slice(0, mostNotes), `and ${notes.length - mostNotes} more by ${by}: --json has each of them`];
}
