import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rename, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { LabError, messageOf } from '../core/errors.ts';

/** The tree, the raw disk, the image and the box, all at once for a while, and room to breathe. */
const neededBytes = 2.5 * 1024 ** 3;

export interface WorkFolder extends AsyncDisposable {
  /** The path of a name in it. */
  at(name: string): string;
}

/** A folder that is gone with all that is in it when it is disposed of. Throws where the space would not do. */
export async function openWorkFolder(home: string): Promise<WorkFolder> {
  const folder = await makeFolder(home);
  return {
    at: (name) => path.join(folder, name),
    // Processes that were killed may still be ending, and a file be made behind the first look.
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 10 }),
  };
}

async function makeFolder(home: string): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(home);
    const free = bavail * bsize;
    if (free < neededBytes) throw notEnough(home, free);
    return await mkdtemp(path.join(home, 'swarmlab-box-'));
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError({
      code: 'box.work-folder',
      message: `a box cannot be made in ${home}: ${messageOf(error)}`,
      hint: 'name a folder on a Linux file system in TMPDIR',
      cause: error,
    });
  }
}

function notEnough(home: string, free: number): LabError {
  return new LabError({
    code: 'box.no-space',
    message: `making a box takes ${gibibytes(neededBytes)} in ${home}, where ${gibibytes(free)} are free`,
    hint: 'name a folder with more room in TMPDIR',
  });
}

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}

/** Puts a finished file in its place, whole or not at all, also on another file system. */
export async function moveInto(source: string, target: string): Promise<void> {
  try {
    await rename(source, target);
    return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
  }
  const draft = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}`);
  try {
    await copyFile(source, draft);
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
}
