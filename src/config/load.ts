import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeText } from '../core/decode-text.ts';
import { messageOf, wrongInput } from '../core/errors.ts';
import { readDocument } from './document.ts';
import { inOrder, invalidConfig } from './invalid.ts';
import { explainIssues } from './issues.ts';
import { formatPath, type PathPart } from './locate.ts';
import { resolveConfig } from './resolve.ts';
import { configJsonSchema, configSchema } from './schema.ts';
import type { ConfigSource, ResolvedConfig } from './types.ts';

export const configFileName = 'swarmlab.yaml';

/**
 * The config in `file`, or in the first swarmlab.yaml upwards of `cwd`; the defaults where there is none.
 * What is wrong with the document stands in `source.problems`, all at once; planLab throws it together with its own.
 * Throws only where nothing can be read: no such file, no text, no YAML.
 */
export async function loadConfig(options: {
  file: string | null;
  cwd: string;
  platform: NodeJS.Platform;
}): Promise<ResolvedConfig> {
  const found = options.file === null ? await findUpwards(options.cwd) : await readGiven(options.file, options.cwd);
  if (found === null) return resolveConfig({}, undefined, options.platform);
  const text = decodeText(found.bytes);
  if (text === null) {
    throw fileError('config.not-text', `${found.shown} is not text`, found.shown, 'save it as UTF-8');
  }
  const config = parseConfig(text, found.shown, options.platform);
  return locateBox(config, path.dirname(path.resolve(options.cwd, found.shown)));
}

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

/** The config with its box's file where it is: a relative path begins at the config's own folder. Addresses stay. */
export function locateBox(
  config: ResolvedConfig,
  folder: string,
  { isAbsolute, resolve }: Pick<typeof path, 'isAbsolute' | 'resolve'> = path,
): ResolvedConfig {
  const { box } = config.vagrant;
  const isAddress = box.url === null || /^[a-z][a-z0-9+.-]+:\/\//i.test(box.url);
  if (isAddress || box.url === null || isAbsolute(box.url)) return config;
  return { ...config, vagrant: { ...config.vagrant, box: { ...box, url: resolve(folder, box.url) } } };
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
