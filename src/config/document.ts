// The one importer of yaml: a document's value, and where each of its parts stands.
import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, Scalar } from 'yaml';
import { messageOf, type Problem } from '../core/errors.ts';
import { formatPath, type PathPart } from './locate.ts';
import type { Position } from './types.ts';

export interface PositionedDocument {
  /** As plain values; null when the text is no YAML, and `problems` says why. */
  value: { root: unknown } | null;
  /** By path, such as `nodes[0].address`: of a map's entry its key, of a list's its item. */
  positions: ReadonlyMap<string, Position>;
  /** Where the text of a literal block (`key: |`) begins, by path: its first line, the column of its margin. */
  blocks: ReadonlyMap<string, Position>;
  /** No YAML, or a key twice (which leaves a value). */
  problems: readonly Problem[];
}

/** Reads YAML. `room` begins the codes of its problems: `config.syntax`, `experiment.duplicate-key`. Never throws. */
export function readDocument(text: string, file: string, room: 'config' | 'experiment'): PositionedDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: Problem[] = document.errors.flatMap((error, index) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const place = { file, line, column: col };
    // One mistake of syntax often makes several errors at one place.
    const before = document.errors[index - 1];
    if (before !== undefined && lines.linePos(before.pos[0]).line === line) return [];
    if (endsDeepBlock(text.split('\n'), line)) {
      const message = 'the first line of this block is further in than this one, which YAML does not allow';
      const hint = 'begin a table with a word in its corner, such as from/to';
      return {
        code: `${room}.syntax`,
        message,
        hint,
        file,
        line,
        column: indentOf(text.split('\n')[line - 1] ?? '') + 1,
      };
    }
    return error.code === 'DUPLICATE_KEY'
      ? { code: `${room}.duplicate-key`, message: 'this key is there twice', hint: 'keep one of them', ...place }
      : { code: `${room}.syntax`, message: syntaxMessage(error.message), ...syntaxHint(error.code), ...place };
  });
  const places = placesOf(document, lines, text);
  if (problems.some(({ code }) => code === `${room}.syntax`)) return { value: null, ...places, problems };
  try {
    return { value: { root: document.toJS() }, ...places, problems };
  } catch (error) {
    const problem = { code: `${room}.syntax`, message: messageOf(error), file };
    return { value: null, ...places, problems: [...problems, problem] };
  }
}

function syntaxMessage(message: string): string {
  return `this is no YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

function syntaxHint(code: string): { hint?: string } {
  return code === 'TAB_AS_INDENT' ? { hint: 'indent with spaces' } : {};
}

/** Whether a line would belong to the literal block above it, had that one's first line not set a deeper margin. */
function endsDeepBlock(lines: readonly string[], line: number): boolean {
  const own = indentOf(lines[line - 1] ?? '');
  for (const above of lines.slice(0, line - 1).reverse()) {
    if (above.trim() === '' || indentOf(above) > own) continue;
    return indentOf(above) < own && /:\s+[|>][+-]?\s*$/.test(above);
  }
  return false;
}

const indentOf = (text: string) => text.length - text.trimStart().length;

function placesOf(document: Document, lines: LineCounter, text: string) {
  const positions = new Map<string, Position>();
  const blocks = new Map<string, Position>();
  const note = (parts: readonly PathPart[], offset: number | undefined) => {
    if (offset === undefined) return;
    const { line, col } = lines.linePos(offset);
    positions.set(formatPath(parts), { line, column: col });
  };
  const walk = (node: unknown, parts: readonly PathPart[]) => {
    if (isMap(node)) {
      for (const pair of node.items) {
        if (!isPair(pair) || !isScalar(pair.key)) continue;
        const inner = [...parts, String(pair.key.value)];
        note(inner, pair.key.range?.[0]);
        walk(pair.value, inner);
      }
    } else if (isSeq(node)) {
      node.items.forEach((item, index) => {
        note([...parts, index], (item as { range?: [number, number, number] }).range?.[0]);
        walk(item, [...parts, index]);
      });
    } else if (isScalar(node) && node.type === Scalar.BLOCK_LITERAL && node.range) {
      blocks.set(formatPath(parts), blockPosition(String(node.value), lines.linePos(node.range[0]).line, text));
    }
  };
  note([], document.contents?.range?.[0] ?? 0);
  walk(document.contents, []);
  return { positions, blocks };
}

/** The content of a literal block has the lines of the file below its `|`, less the margin. */
function blockPosition(content: string, headerLine: number, text: string): Position {
  const shown = content.split('\n');
  const filled = Math.max(
    shown.findIndex((line) => line.trim() !== ''),
    0,
  );
  const written = (text.split('\n')[headerLine + filled] ?? '').replace(/\r$/, '');
  return { line: headerLine + 1, column: Math.max(written.length - (shown[filled] ?? '').length, 0) + 1 };
}
