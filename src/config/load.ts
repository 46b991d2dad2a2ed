import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { decodeText } from '../core/decode-text.ts';
import { messageOf, type Problem, wrongInput } from '../core/errors.ts';
import { inOrder, invalidConfig } from './invalid.ts';
import { explainIssues } from './issues.ts';
import { formatPath, type PathPart } from './locate.ts';
import { resolveConfig } from './resolve.ts';
import { type ConfigDocument, configJsonSchema, configSchema } from './schema.ts';
import type { ConfigSource, Position, ResolvedConfig } from './types.ts';

export const configFileName = 'swarmlab.yaml';

/**
 * The config in `file`, or in the first swarmlab.yaml upwards of `cwd`; the defaults where there is none.
 * What is wrong with the document stands in `source.problems`, all at once; planLab throws it together with its own.
 * Throws only where nothing can be read: no such file, no text, no YAML.
 */
export async function loadConfig(options: { file: string | null; cwd: string }): Promise<ResolvedConfig> {
  const found = options.file === null ? await findUpwards(options.cwd) : await readGiven(options.file, options.cwd);
  if (found === null) return resolveConfig({});
  const text = decodeText(found.bytes);
  if (text === null) {
    throw fileError('config.not-text', `${found.shown} is not text`, found.shown, 'save it as UTF-8');
  }
  return parseConfig(text, found.shown);
}

/** The config that a YAML text says; `file` is how problems name it. Throws when it is no YAML. */
export function parseConfig(text: string, file: string): ResolvedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: Problem[] = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return error.code === 'DUPLICATE_KEY'
      ? {
          code: 'config.duplicate-key',
          message: 'this key is there twice',
          hint: 'keep one of them',
          file,
          line,
          column: col,
        }
      : {
          code: 'config.syntax',
          message: syntaxMessage(error.message),
          ...syntaxHint(error.code),
          file,
          line,
          column: col,
        };
  });
  if (problems.some(({ code }) => code === 'config.syntax')) throw invalidConfig(file, problems);

  const source = { file, positions: positionsOf(document, lines), options: new Map<string, string>() };
  const value = toValue(document, file, problems);
  const shape = configSchema.safeParse(value);
  if (shape.success) return resolveConfig(shape.data, { ...source, problems, broken: new Set() });

  const found = explainIssues(shape.error.issues, value, configJsonSchema(), source);
  problems.push(...found.problems);
  const whole: ConfigSource = { ...source, problems: inOrder(problems), broken: found.broken };
  if (found.broken.has('')) throw invalidConfig(file, whole.problems);
  const usable = configSchema.safeParse(without(value, found.unknown, found.broken));
  return resolveConfig(usable.success ? usable.data : {}, whole);
}

function toValue(document: Document, file: string, problems: readonly Problem[]): ConfigDocument {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    const problem = { code: 'config.syntax', message: messageOf(error), file };
    throw invalidConfig(file, [...problems, problem]);
  }
}

function syntaxMessage(message: string): string {
  return `this is no YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

function syntaxHint(code: string): { hint?: string } {
  return code === 'TAB_AS_INDENT' ? { hint: 'indent with spaces' } : {};
}

function positionsOf(document: Document, lines: LineCounter): Map<string, Position> {
  const positions = new Map<string, Position>();
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
    }
  };
  note([], document.contents?.range?.[0] ?? 0);
  walk(document.contents, []);
  return positions;
}

/** The document without what cannot be used, so that the rest can still be checked. */
function without(value: unknown, unknown: readonly (readonly PathPart[])[], broken: ReadonlySet<string>): unknown {
  const rest = structuredClone(value) as Record<PathPart, unknown>;
  for (const parts of unknown) {
    let around: Record<PathPart, unknown> | undefined = rest;
    for (const part of parts.slice(0, -1)) around = around?.[part] as Record<PathPart, unknown> | undefined;
    if (around !== undefined) delete around[parts.at(-1) ?? ''];
  }
  for (const key of broken) delete rest[key];
  return rest;
}

async function readGiven(file: string, cwd: string): Promise<{ shown: string; bytes: Uint8Array }> {
  try {
    return { shown: file, bytes: await readFile(path.resolve(cwd, file)) };
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function findUpwards(cwd: string): Promise<{ shown: string; bytes: Uint8Array } | null> {
  for (let folder = path.resolve(cwd); ; folder = path.dirname(folder)) {
    const file = path.join(folder, configFileName);
    const shown = path.relative(cwd, file);
    try {
      return { shown, bytes: await readFile(file) };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(shown, error);
    }
    if (path.dirname(folder) === folder) return null;
  }
}

function unreadable(file: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const hint = 'without --file, swarmlab.yaml is looked for upwards, and none is fine';
    return fileError('config.file-missing', `there is no file ${file}`, file, hint);
  }
  const reason = code === 'EISDIR' ? 'it is a folder' : messageOf(error);
  return fileError('config.file-unreadable', `${file} cannot be read: ${reason}`, file, 'name a file with --file');
}

function fileError(code: string, message: string, file: string, hint: string): Error {
  return wrongInput(code, message, [{ code, message, hint, file }], hint);
}
