import { formatDuration } from '../core/duration.ts';
import type { ExplainDocument } from '../verdict/explain-types.ts';
import { createStyle } from './style.ts';
import { wrap } from './wrap.ts';

/** The answer in a sentence; what was seen, line by line; what to type. */
export function renderExplain(document: ExplainDocument, look: { width: number; color: boolean }): string {
  const { cause, evidence, remedy, durationMs } = document;
  const width = Math.max(40, Math.min(look.width, 80));
  const style = createStyle(look.color);
  const widest = Math.max(0, ...evidence.map(({ node }) => (node ?? '-').length));
  return [
    style.bold(wrap(summarizeExplain(document), width, '')),
    '',
    ...evidence.map(({ node, what, seen }) =>
      wrap(`  ${(node ?? '-').padEnd(widest)}  ${what}: ${seen}`, width, ' '.repeat(widest + 6)),
    ),
    ...(evidence.length === 0 ? [] : ['']),
    ...(remedy === null ? [] : [`Try: ${remedy}`, '']),
    style.dim(`${cause.id}, ${cause.confidence}; ${formatDuration(durationMs)}`),
    '',
  ].join('\n');
}

/** `m1/c1 does not reach w1/c2 by name (icmp, timeout): 4789/udp is closed at w1: …` */
export function summarizeExplain({ from, to, by, protocol, port, outcome, cause }: ExplainDocument): string {
  const what = port === null ? protocol : `${port}/${protocol}`;
  const reached = outcome === 'reached';
  const how = by === 'published' ? 'by a published port' : by === 'name' ? 'by name' : 'by IP';
  if (reached && cause.id === 'reached') return `${from} reaches ${to} ${how} (${what}): ${cause.sentence}.`;
  if (reached) return `${from} reaches ${to} ${how} (${what}), and yet something is wrong: ${cause.sentence}.`;
  const word = outcome === 'not-measured' ? 'could not be asked for' : 'does not reach';
  const likely = cause.confidence === 'likely' ? 'probably ' : '';
  return `${from} ${word} ${to} ${how} (${what}, ${outcome}): ${likely}${cause.sentence}.`;
}
