import { readDocument } from './document.ts';
import { inOrder, invalidConfig } from './invalid.ts';
import { explainIssues } from './issues.ts';
import { formatPath, type PathPart } from './locate.ts';
import { resolveConfig } from './resolve.ts';
import { configJsonSchema, configSchema } from './schema.ts';
import type { ConfigSource, ResolvedConfig } from './types.ts';

/** The config that a YAML text says; `file` is how problems name it. Throws when it is no YAML. */
export function parseConfig(text: string, file: string, platform: NodeJS.Platform = 'linux'): ResolvedConfig {
  const document = readDocument(text, file, 'config');
  if (document.value === null) throw invalidConfig(file, document.problems);

  const problems = [...document.problems];
  const source = { file, positions: document.positions, options: new Map<string, string>() };
  const value = document.value.root ?? {};
  const shape = configSchema.safeParse(value);
  if (shape.success) return resolveConfig(shape.data, { ...source, problems, broken: new Set() }, platform);

  const found = explainIssues(shape.error.issues, value, configJsonSchema(), source);
  problems.push(...found.problems);
  const broken = found.brokenPaths.map((parts) => unitOf(parts));
  const paths = new Set(broken.map(formatPath));
  const whole: ConfigSource = { ...source, problems: inOrder(problems), broken: paths };
  if (paths.has('')) throw invalidConfig(file, whole.problems);
  const usable = configSchema.safeParse(without(value, found.unknown, broken));
  return resolveConfig(usable.success ? usable.data : {}, whole, platform);
}

/** The smallest part that can be left out: a key of a listed node, such a node, else a top-level key. */
function unitOf(parts: readonly PathPart[]): readonly PathPart[] {
  return parts.slice(0, parts[0] === 'nodes' && typeof parts[1] === 'number' ? 3 : 1);
}

/** The document without what cannot be used, so that the rest can still be checked. */
function without(
  value: unknown,
  unknown: readonly (readonly PathPart[])[],
  broken: readonly (readonly PathPart[])[],
): unknown {
  const rest = structuredClone(value) as Record<PathPart, unknown>;
  for (const parts of [...unknown, ...broken]) {
    let around: Record<PathPart, unknown> | undefined = rest;
    for (const part of parts.slice(0, -1)) around = around?.[part] as Record<PathPart, unknown> | undefined;
    const last = parts.at(-1) ?? '';
    // The others keep their numbers, and a node has to have some role.
    if (Array.isArray(around)) around[Number(last)] = { role: 'worker' };
    else if (around !== undefined && parts[0] === 'nodes' && last === 'role') around[last] = 'worker';
    else if (around !== undefined) delete around[last];
  }
  return rest;
}
