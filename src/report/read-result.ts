import { readFile } from 'node:fs/promises';
import { decodeText } from '../core/decode-text.ts';
import { messageOf, type Problem } from '../core/errors.ts';
import { z } from '../core/zod.ts';
import type { ResultDocument } from '../verdict/diff.ts';
import { predictDocumentSchema } from './predict-schema.ts';
import { probeDocumentSchema, runDocumentSchema } from './run-schema.ts';
import { scopeDocumentSchema } from './schema.ts';

export type ReadResult =
  | { kind: 'result'; document: ResultDocument }
  /** Never empty. */
  | { kind: 'wrong'; problems: readonly Problem[] };

/** What has cells to compare; `schema` tells them apart. */
const comparable = z.discriminatedUnion('schema', [
  scopeDocumentSchema,
  runDocumentSchema,
  probeDocumentSchema,
  predictDocumentSchema,
]);

/** Keys that documents of this version got later, and that no comparison needs: an older document lacks them. */
const addedLater: ReadonlySet<string> = new Set(['image']);

const again = 'write it with: swarmlab scope --json --output FILE (run, probe and predict alike)';

/** A document of a broken file can be wrong in each of its thousand probes. */
const mostProblems = 20;

/**
 * The result in a file, as `scope`, `run`, `probe` or `predict` printed it with --json: UTF-8 or UTF-16. `shown` is how problems
 * name the file. Keys that are not known are let pass: additions keep the version. Never throws.
 */
export async function readResult(file: string, shown: string): Promise<ReadResult> {
  try {
    const text = decodeText(await readFile(file));
    return text === null
      ? fileError('result.not-text', `${shown} is neither UTF-8 nor UTF-16 text`, shown, again)
      : parseResult(text, shown);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return fileError('result.file-missing', `there is no file ${shown}`, shown, again);
    const reason = code === 'EISDIR' ? 'it is a folder' : messageOf(error);
    return fileError(
      'result.file-unreadable',
      `${shown} cannot be read: ${reason}`,
      shown,
      'name a file that you may read',
    );
  }
}

/** The result that a text says. Total. */
export function parseResult(text: string, shown: string): ReadResult {
  if (text.trim() === '')
    return fileError('result.syntax', `${shown} is empty: what should have written it failed`, shown, again);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = { code: 'result.syntax', message: `${shown} is no JSON: ${reasonOf(error)}`, hint: again };
    return { kind: 'wrong', problems: [{ ...problem, file: shown, ...positionOf(error, text) }] };
  }
  const other = otherDocument(value, shown);
  if (other !== null) return { kind: 'wrong', problems: [other] };
  const shape = comparable.safeParse(value);
  const issues = shape.success ? [] : shape.error.issues.filter((issue) => !isAddition(issue));
  if (issues.length === 0) return { kind: 'result', document: value as ResultDocument };
  const shownIssues = issues.slice(0, mostProblems).map((issue) => problemOf(issue, shown));
  const more = issues.length - shownIssues.length;
  const rest = { code: 'result.wrong-value', message: `${more} more values are wrong`, file: shown };
  return { kind: 'wrong', problems: more > 0 ? [...shownIssues, rest] : shownIssues };
}

/** What is wrong with a document that is something else; null where it says that it is a result of this version. */
function otherDocument(value: unknown, shown: string): Problem | null {
  const problem = (code: string, message: string, hint = again) => ({
    code,
    message,
    hint,
    file: shown,
    path: 'schema',
  });
  const { schema, error } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const [, kind = '', version = ''] =
    /^swarmlab\/([a-z-]+)@(\d+)$/.exec(typeof schema === 'string' ? schema : '') ?? [];
  if (kind === '') {
    const code = 'result.other-kind';
    return problem(code, `${shown} is no result of swarmlab: it has no "schema": "swarmlab/..."`);
  }
  if (kind === 'error') {
    const message = (error as { message?: unknown } | undefined)?.message;
    return problem(
      'result.other-kind',
      `${shown} is no result but an error: ${String(message ?? 'it does not say which')}`,
    );
  }
  if (!['scope', 'run', 'probe', 'predict'].includes(kind)) {
    return problem(
      'result.other-kind',
      `${shown} is what "${kind}" prints, not a result of scope, run, probe or predict`,
    );
  }
  if (version === '1') return null;
  const hint = `measure again with this swarmlab, or read it with the one that wrote it`;
  return problem(
    'result.other-version',
    `${shown} is a ${kind} result of version ${version}; version 1 can be read`,
    hint,
  );
}

/** A key that a later swarmlab has, or that an earlier one had not yet. */
function isAddition({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'unrecognized_keys' || (path.length === 1 && addedLater.has(String(path[0])));
}

function problemOf(issue: z.core.$ZodIssue, file: string): Problem {
  const path = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .slice(1);
  const message = issue.message.replace(/^Invalid (?:input|option): /, '');
  return { code: 'result.wrong-value', message: `${path}: ${message}`, file, path };
}

function fileError(code: string, message: string, file: string, hint: string): ReadResult {
  return { kind: 'wrong', problems: [{ code, message, hint, file }] };
}

function reasonOf(error: unknown): string {
  return messageOf(error)
    .replace(/ in JSON at position .*$/s, '')
    .replace(/, (?:\.\.\.)?".*$/s, '')
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}

/** Of V8's message, which counts characters: line and column, from 1. */
function positionOf(error: unknown, text: string): { line?: number; column?: number } {
  const at = /at position (\d+)/.exec(messageOf(error))?.[1];
  if (at === undefined) return {};
  const before = text.slice(0, Number(at)).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
