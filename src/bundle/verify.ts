import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { LabError, messageOf } from '../core/errors.ts';
import { hashFile } from '../core/hash-file.ts';
import type { Awaiting } from '../core/steps.ts';
import { compareSums, parseSums, sumsName } from './sums.ts';
import type { BundleVerifyDocument } from './types.ts';

/** Reads every file of a bundle and names what differs from its list. Throws where the list or a file cannot be read. */
export async function verifyBundle(
  folder: string,
  signal: AbortSignal,
  awaiting: Awaiting,
): Promise<BundleVerifyDocument> {
  const listed = await readSums(folder);
  const found = new Map<string, string | null>();
  for (const { name, isFile } of await listFiles(folder, '')) {
    signal.throwIfAborted();
    awaiting(name);
    // What the list does not name is extra whatever it holds.
    found.set(name, isFile && listed.has(name) ? await hashOf(folder, name, signal) : null);
  }
  return {
    schema: 'swarmlab/bundle-verify@1',
    folder,
    listed: listed.size,
    findings: compareSums(listed, found),
  };
}

async function readSums(folder: string): Promise<Map<string, string>> {
  const text = await readFile(path.join(folder, sumsName), 'utf8').catch((error) => {
    throw unreadable(folder, `${sumsName}: ${messageOf(error)}`, error);
  });
  const sums = parseSums(text);
  if (sums === null) throw unreadable(folder, `${sumsName} is no list of checksums`);
  return sums;
}

/** Everything in it that is no folder; a link is not followed. */
async function listFiles(folder: string, below: string): Promise<{ name: string; isFile: boolean }[]> {
  const entries: Dirent[] = await readdir(path.join(folder, below), { withFileTypes: true }).catch((error) => {
    throw unreadable(folder, messageOf(error), error);
  });
  const lists = entries.map(async (entry) => {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? listFiles(folder, name) : [{ name, isFile: entry.isFile() }];
  });
  return (await Promise.all(lists)).flat();
}

async function hashOf(folder: string, name: string, signal: AbortSignal): Promise<string> {
  try {
    return await hashFile(path.join(folder, ...name.split('/')), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(folder, `${name}: ${messageOf(error)}`, error);
  }
}

function unreadable(folder: string, what: string, cause?: unknown): LabError {
  return new LabError({
    code: 'bundle.unreadable',
    message: `${folder} cannot be read as a bundle: ${what}`,
    hint: 'name the folder that swarmlab bundle create made; if a stick fails to be read, copy it anew',
    cause,
  });
}
