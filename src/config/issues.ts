import type { Problem } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import type { z } from '../core/zod.ts';
import { formatPath, locate, type PathPart } from './locate.ts';
import type { ConfigSource } from './types.ts';

type Issue = z.core.$ZodIssue;
type JsonSchema = Record<string, unknown>;

export interface FoundIssues {
  problems: readonly Problem[];
  /** Top-level keys whose value cannot be used. Unknown keys are not among them: the rest of their map is fine. */
  broken: ReadonlySet<string>;
  unknown: readonly (readonly PathPart[])[];
  /** Where the values stand that cannot be used. */
  brokenPaths: readonly (readonly PathPart[])[];
  /** Paths whose last part cannot be used as a name. */
  badNames: readonly (readonly PathPart[])[];
}

/** Turns what zod found into problems with place and remedy. `schema` is the JSON Schema of the same document. */
export function explainIssues(
  issues: readonly Issue[],
  document: unknown,
  schema: JsonSchema,
  source: Pick<ConfigSource, 'file' | 'positions' | 'options'>,
  room: 'config' | 'experiment' = 'config',
): FoundIssues {
  const problems: Problem[] = [];
  const broken = new Set<string>();
  const unknown: PathPart[][] = [];
  const brokenPaths: PathPart[][] = [];
  const badNames: PathPart[][] = [];
  for (const issue of issues.flatMap((each) => flatten(each, document))) {
    const parts = issue.path as PathPart[];
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(schema, parts);
      for (const key of issue.keys) {
        unknown.push([...parts, key]);
        problems.push({
          code: `${room}.unknown-key`,
          message: `unknown key ${JSON.stringify(key)}`,
          hint: unknownKeyHint(key, known),
          ...locate(source, formatPath([...parts, key])),
        });
      }
      continue;
    }
    if (issue.code === 'invalid_key') {
      badNames.push(parts);
      problems.push({
        code: `${room}.wrong-value`,
        message: `${JSON.stringify(parts.at(-1))} ${issue.issues[0]?.message ?? issue.message}`,
        ...locate(source, formatPath(parts)),
      });
      continue;
    }
    broken.add(String(parts[0] ?? ''));
    brokenPaths.push(parts);
    const value = valueAt(document, parts);
    const path = formatPath(parts);
    problems.push({
      code: `${room}.${kindOf(issue, value)}`,
      message: `${path === '' ? 'the file' : path} ${issue.message}${value === undefined ? '' : `, not ${show(value)}`}`,
      ...hintFor(issue, value, parts, schema),
      ...locate(source, path),
    });
  }
  return { problems, broken, unknown, brokenPaths, badNames };
}

/** Of a union, the issues of the branch that was meant: the one of the value's own shape; of none, what the union says. */
function flatten(issue: Issue, document: unknown): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find((branch) =>
    branch.every(({ code, path }) => code !== 'invalid_type' || path.length > 0),
  );
  if (meant === undefined) return [{ ...issue, code: 'invalid_type', expected: 'union' } as unknown as Issue];
  return meant.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] } as Issue, document));
}

function kindOf(issue: Issue, value: unknown): 'missing-key' | 'wrong-type' | 'wrong-value' {
  if (value === undefined) return 'missing-key';
  return issue.code === 'invalid_type' ? 'wrong-type' : 'wrong-value';
}

function hintFor(issue: Issue, value: unknown, parts: readonly PathPart[], schema: JsonSchema): { hint?: string } {
  if (value === null) return { hint: 'give it a value, or take the line out' };
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const near = nearMiss(value, issue.values.map(String));
    return near === null ? {} : { hint: `did you mean ${near}?` };
  }
  if (issue.code !== 'invalid_type') return {};
  if (parts.at(-1) === 'timeout' && typeof value === 'number') return { hint: `seconds are written ${value}s` };
  if (issue.expected === 'string' && typeof value === 'number') return { hint: `put it in quotes: "${value}"` };
  if (issue.expected === 'object' && typeof value !== 'object') {
    return { hint: `known keys here: ${knownKeys(schema, parts).join(', ')}` };
  }
  return {};
}

function unknownKeyHint(key: string, known: readonly string[]): string {
  const near = nearMiss(key, known);
  return near === null ? `known keys here: ${known.join(', ')}` : `did you mean ${JSON.stringify(near)}?`;
}

function knownKeys(schema: JsonSchema, parts: readonly PathPart[]): string[] {
  let branches = [schema];
  for (const part of parts) branches = branches.flatMap((branch) => children(branch, part));
  return branches
    .flatMap(alternatives)
    .flatMap((branch) => Object.keys((branch.properties as JsonSchema | undefined) ?? {}));
}

function children(schema: JsonSchema, part: PathPart): JsonSchema[] {
  return alternatives(schema).flatMap((branch) => {
    const child =
      typeof part === 'number'
        ? branch.items
        : ((branch.properties as JsonSchema | undefined)?.[part] ?? branch.additionalProperties);
    return typeof child === 'object' ? [child as JsonSchema] : [];
  });
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return Array.isArray(schema.anyOf) ? (schema.anyOf as JsonSchema[]).flatMap(alternatives) : [schema];
}

function valueAt(document: unknown, parts: readonly PathPart[]): unknown {
  let value = document;
  for (const part of parts) value = (value as Record<PathPart, unknown> | null | undefined)?.[part];
  return value;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'a map of keys';
  if (value === null) return 'empty';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}
