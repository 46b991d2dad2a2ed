import type { ExpectedOutcome } from '../experiment/language/definition.ts';
import { wordOf } from '../experiment/language/vocabulary.ts';
import type { Outcome } from '../probe/types.ts';
import type { CellVerdict, ProbeResult } from '../verdict/run-types.ts';

const outcomeWords: Readonly<Record<Outcome, string>> = {
  reached: 'yes',
  timeout: 'no',
  unreachable: 'no',
  'no-name': 'no-name',
  'wrong-responder': 'wrong',
  refused: 'refused',
  'one-way': 'one-way',
  'name-timeout': 'silent',
  servfail: 'servfail',
  'not-measured': '?',
};

/** What was seen, in the word that a table has for it. */
export function outcomeWord(outcome: Outcome): string {
  return outcomeWords[outcome];
}

/** What is expected, in the word that a person writes into a table. */
export function expectedWord(expected: ExpectedOutcome): string {
  return wordOf(expected);
}

/**
 * What a cell shows. As drawn where that was seen; otherwise what was seen, with `!`, or in brackets where nothing was
 * expected of it; `part` where some protocols got through and others did not; `?` where it could not be measured.
 */
export function cellWord(cell: CellVerdict, probes: readonly Pick<ProbeResult, 'outcome'>[]): string {
  const { expected, verdict } = cell;
  if (verdict === 'not-measured' || cell.outcome === 'not-measured') return '?';
  if (verdict === 'as-expected' && expected !== null && expected !== 'any') return expectedWord(expected);
  const seen = seenWord(cell, probes);
  if (expected === 'any') return `(${seen})`;
  if (verdict !== 'differs') return seen;
  // Two outcomes share the word "no": where only one of them was expected, the outcome itself tells them apart.
  return `${expected !== null && seen === expectedWord(expected) ? cell.outcome : seen}!`;
}

/** One word for all protocols of a cell. */
export function seenWord(cell: CellVerdict, probes: readonly Pick<ProbeResult, 'outcome'>[]): string {
  const outcomes = new Set(cell.probes.flatMap((index) => probes[index]?.outcome ?? []));
  return outcomes.size > 1 && outcomes.has('reached') ? 'part' : outcomeWord(cell.outcome);
}

const meanings: readonly (readonly [word: string, meaning: string])[] = [
  ['yes', 'yes = reached'],
  ['no', 'no = not reached'],
  ['timeout', 'timeout = no answer'],
  ['unreachable', 'unreachable = an error says so'],
  ['no-name', 'no-name = unknown name'],
  ['silent', 'silent = no answer from the resolver'],
  ['servfail', 'servfail = the resolver failed'],
  ['no-resolver', 'no-resolver = no way to one'],
  ['wrong', 'wrong = something else answered'],
  ['refused', 'refused = arrived, nobody listens'],
  ['one-way', 'one-way = arrived, no answer came back'],
  ['part', 'part = some protocols only'],
  ['.', '. = not asked'],
  ['?', '? = not measured'],
  ['()', '( ) = nothing expected of it'],
  ['!', '! = not as expected'],
];

/** What the words of tables mean: those that appear, in lines no longer than `width`; no entry is broken in two. */
export function legendLines(words: Iterable<string>, width: number): readonly string[] {
  const shown = new Set(
    [...words].flatMap((word) => {
      if (word.startsWith('(')) return [word.slice(1, -1), '()'];
      return word.endsWith('!') ? [word.slice(0, -1), '!'] : [word];
    }),
  );
  const lines: string[] = [];
  for (const [, meaning] of meanings.filter(([word]) => shown.has(word))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + meaning.length <= width)
      lines[lines.length - 1] = `${last}   ${meaning}`;
    else lines.push(meaning);
  }
  return lines;
}
