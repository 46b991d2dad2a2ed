import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeText } from '../core/decode-text.ts';
import { messageOf, wrongInput } from '../core/errors.ts';
import { resolveConfig } from './resolve.ts';
import type { ResolvedConfig } from './types.ts';

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
  // The parser's libraries are loaded when there is something to parse.
  const { parseConfig } = await import('./parse-config.ts');
  const config = parseConfig(text, found.shown, options.platform);
  return locateBox(config, path.dirname(path.resolve(options.cwd, found.shown)));
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
