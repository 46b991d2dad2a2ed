import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, rm, rmdir, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LabError, messageOf } from '../core/errors.ts';
import { hashFile } from '../core/hash-file.ts';
import type { RunProgram } from '../core/program/run-program.ts';
import { type RunSteps, runStep } from '../core/steps.ts';
import { readBox } from './box-provider.ts';
import { packTool, toolVersion } from './pack-tool.ts';
import { bundleProblems, bytesOf, planBundle } from './plan-bundle.ts';
import { formatSums, sumsName } from './sums.ts';
import type { BundleDocument, BundleEntry } from './types.ts';

export interface CreateOptions {
  /** Absolute; must be empty or not be there. */
  folder: string;
  /** Absolute; at least one. */
  boxes: readonly string[];
  /** Where archives of container images are kept. */
  cacheDir: string;
  run: RunProgram;
  signal: AbortSignal;
  runSteps: RunSteps;
}

/** Fills the folder. Whatever ends it early, the folder is as it was. */
export async function createBundle(options: CreateOptions): Promise<BundleDocument> {
  const { folder, signal, runSteps } = options;
  await refuseFilled(folder);
  const work = await mkdtemp(path.join(tmpdir(), 'swarmlab-bundle-'));
  try {
    const entries = await runStep(runSteps, 'the boxes and the tool', async () => {
      const boxes = [];
      for (const file of options.boxes) boxes.push(await readBox(file, signal));
      refuseTwoOfOneKind(boxes.map(({ provider }) => provider));
      const tarball = await packTool({ target: work, run: options.run, signal });
      return planBundle({ version: await toolVersion(), boxes, tarball, images: await findImages(options.cacheDir) });
    });
    return await fill(folder, entries, options);
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function fill(folder: string, entries: readonly BundleEntry[], options: CreateOptions): Promise<BundleDocument> {
  const isNew = await makeFolder(folder);
  try {
    const { bavail, bsize } = await statfs(folder);
    const problems = bundleProblems(entries, folder, bavail * bsize);
    const [first] = problems;
    if (first !== undefined) throw new LabError({ ...first, problems });
    const files = await runStep(options.runSteps, `${entries.length} files into ${folder}`, async (awaiting) => {
      const done = [];
      for (const entry of entries) {
        awaiting(entry.name);
        options.signal.throwIfAborted();
        done.push({ name: entry.name, bytes: bytesOf(entry), sha256: await put(folder, entry, options.signal) });
      }
      await writeFile(path.join(folder, sumsName), formatSums(done));
      return done;
    });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { schema: 'swarmlab/bundle@1', folder, files, bytes };
  } catch (error) {
    await removeWritten(folder, entries);
    if (isNew) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

/** Gives the hash of what was to be written; `bundle verify` compares what a stick gives back. */
async function put(folder: string, entry: BundleEntry, signal: AbortSignal): Promise<string> {
  const target = path.join(folder, ...entry.name.split('/'));
  await mkdir(path.dirname(target), { recursive: true });
  switch (entry.kind) {
    case 'text':
      await writeFile(target, entry.text);
      return createHash('sha256').update(entry.text).digest('hex');
    case 'copy':
      await copyFile(entry.from, target);
      return hashFile(entry.from, signal);
    default:
      return entry satisfies never;
  }
}

/** Files of the bundle, and the folders in it that are empty then; nothing else. */
async function removeWritten(folder: string, entries: readonly BundleEntry[]): Promise<void> {
  const names = [...entries.map(({ name }) => name), sumsName];
  for (const name of names) await rm(path.join(folder, name), { force: true });
  const below = new Set(names.filter((name) => name.includes('/')).map((name) => path.dirname(name)));
  for (const name of below) await rmdir(path.join(folder, name)).catch(() => undefined);
}

async function refuseFilled(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw unusable(folder, error);
  });
  if (names.length === 0) return;
  throw new LabError({
    code: 'bundle.folder-filled',
    message: `${folder} has files already, such as ${names[0]}`,
    hint: 'name a folder that is empty or not there yet',
  });
}

/** Whether it was not there. */
async function makeFolder(folder: string): Promise<boolean> {
  try {
    if (await stat(folder).catch(() => null)) return false;
    await mkdir(folder);
    return true;
  } catch (error) {
    throw unusable(folder, error);
  }
}

function unusable(folder: string, cause: unknown): LabError {
  const message = `${folder} cannot be used for a bundle: ${messageOf(cause)}`;
  return new LabError({ code: 'bundle.folder', message, hint: 'the folder above it must be there', cause });
}

function refuseTwoOfOneKind(providers: readonly string[]): void {
  const twice = providers.find((provider, index) => providers.indexOf(provider) !== index);
  if (twice === undefined) return;
  throw new LabError({ code: 'bundle.same-provider', message: `two boxes are for ${twice}`, hint: 'leave one out' });
}

async function findImages(cacheDir: string): Promise<{ path: string; name: string; bytes: number }[]> {
  const names = (await readdir(cacheDir).catch(() => [])).filter((name) => name.endsWith('.tar')).sort();
  const looked = names.map(async (name) => {
    const file = path.join(cacheDir, name);
    return { path: file, name, bytes: (await stat(file)).size };
  });
  return Promise.all(looked);
}
