import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import type { FaultRecord } from './types.ts';

/**
 * The faults of a lab that are in force, or were about to be when somebody was killed: each is written here before anything
 * is changed, with all that is needed to take it back. Throws `fault.record` where it cannot be read.
 */
export async function readFaults(stateDir: string): Promise<readonly FaultRecord[]> {
  const path = pathIn(stateDir);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw unreadable(path, error.message);
  });
  if (text === null) return [];
  try {
    return (JSON.parse(text) as { faults: readonly FaultRecord[] }).faults;
  } catch (error) {
    throw unreadable(path, (error as Error).message);
  }
}

/** Whole or not at all, for its owner alone (0600); without faults there is no file. */
export async function writeFaults(stateDir: string, faults: readonly FaultRecord[]): Promise<void> {
  if (faults.length === 0) return rm(pathIn(stateDir), { force: true });
  const draft = `${pathIn(stateDir)}.new`;
  await writeFile(draft, `${JSON.stringify({ faults }, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, pathIn(stateDir));
}

/** The next free id: `f1` in a lab without faults. */
export function nextId(faults: readonly Pick<FaultRecord, 'id'>[]): string {
  return `f${faults.reduce((most, { id }) => Math.max(most, numberOf(id)), 0) + 1}`;
}

/** 3 of `f3`. */
export function numberOf(id: string): number {
  return Number.parseInt(id.slice(1), 10);
}

function pathIn(stateDir: string): string {
  return join(stateDir, 'faults.json');
}

function unreadable(path: string, why: string): LabError {
  return new LabError({
    code: 'fault.record',
    message: `${path}, where the faults of the lab stand, cannot be read: ${why}`,
    hint: 'swarmlab down removes the lab with its faults; swarmlab up makes it anew',
  });
}
