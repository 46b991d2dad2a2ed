import type { CheckResult, StepResult } from '../verdict/run-types.ts';
import { type GroupOf, noGroups } from './fold.ts';
import { renderMatrix } from './run-matrix.ts';
import { cellNotes } from './run-problems.ts';
import type { Style } from './style.ts';
import { list } from './words.ts';
import { wrap } from './wrap.ts';

export interface RenderedStep {
  lines: readonly string[];
  /** The words of its table. */
  words: ReadonlySet<string>;
}

const indent = '   ';
const usual = 'icmp tcp udp';

/** One step: its title and verdict, why, then its table or its checks, and everything about what is not as expected. */
export function renderStep(
  step: StepResult,
  number: number,
  width: number,
  style: Style,
  groupOf: GroupOf = noGroups,
): RenderedStep {
  const inside = (text: string) =>
    `${indent}${wrap(text, width - indent.length, '  ').replaceAll('\n', `\n${indent}`)}`;
  const lines = [style.bold(wrap(`${number}. ${step.title}${askedWords(step)}${verdictWord(step)}`, width, indent))];
  if (step.because !== null) lines.push(inside(`Because ${step.because}${endOf(step.because)}`));
  if (step.see !== null) lines.push(`${indent}See ${step.see}`);
  if (step.detail !== '') lines.push(inside(step.detail));
  lines.push(...step.commands.map((command) => `${indent}  ${command}`));
  const matrix = renderMatrix(step.cells, step.probes, { width, indent: `${indent}  `, style, groupOf });
  if (step.cells.length > 0) lines.push('', matrix.text);
  const notes = cellNotes(step);
  if (notes.length > 0) lines.push('');
  for (const { text, reproduce } of notes) {
    lines.push(inside(text));
    if (reproduce !== null) lines.push(`${indent}  ${reproduce}`);
  }
  lines.push(...step.checks.flatMap((check) => checkLines(check, width, style)));
  return { lines, words: step.cells.length > 0 ? matrix.words : new Set() };
}

/** How it was asked, as far as the title leaves that open. */
function askedWords({ asked, title }: StepResult): string {
  if (asked === null) return '';
  const { by, name, network, port, protocols } = asked;
  const parts = [
    ...(/\bby (?:name|ip|address)/i.test(title) && by !== 'published' ? [] : [byWord(by)]),
    ...(name === null || title.includes(name) ? [] : [`as ${name}`]),
    ...(network === null || title.includes(network) ? [] : [`on ${network}`]),
    ...(port === null ? [] : [`port ${port}`]),
    ...(protocols.join(' ') === usual ? [] : [list(protocols)]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function byWord(by: 'ip' | 'name' | 'published'): string {
  return { ip: 'by IP', name: 'by name', published: 'published' }[by];
}

function verdictWord({ verdict }: StepResult): string {
  switch (verdict) {
    case 'as-expected':
      return '';
    case 'differs':
      return ': DIFFERS';
    case 'not-measured':
      return ': NOT MEASURED';
  }
}

function checkLines(check: CheckResult, width: number, style: Style): readonly string[] {
  const { verdict, subject, expected, seen, detail, reproduce } = check;
  const hanging = `${indent}         `;
  const line = (word: string, text: string, paint: (text: string) => string) =>
    wrap(`${indent}${word.padEnd(7)}  ${text}`, width, hanging).replace(word, paint(word));
  const command = reproduce === null ? [] : [`${hanging}${reproduce}`];
  switch (verdict) {
    case 'as-expected':
      return [line('ok', `${subject}: ${seen}`, style.green)];
    case 'differs': {
      const because = detail === '' ? '' : ` (${detail})`;
      return [line('DIFFERS', `${subject}: expected ${expected}, seen ${seen}${because}`, style.red), ...command];
    }
    case 'not-measured':
      return [line('?', `${subject}: expected ${expected}, not measured: ${detail}`, style.yellow), ...command];
  }
}

function endOf(sentence: string): string {
  return /[.!?]$/.test(sentence) ? '' : '.';
}
