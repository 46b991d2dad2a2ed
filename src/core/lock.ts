import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { waitFor } from './deadline.ts';
import { LabError } from './errors.ts';

interface Holder {
  pid: number;
  /** From proc(5), clock ticks since boot: tells a reused process id from the holder. Null where there is no /proc. */
  startTime: string | null;
  verb: string;
}

export interface LockOptions {
  path: string;
  /** What the holder is doing, for whoever waits. */
  verb: string;
  signal: AbortSignal;
  timeoutMs: number;
  awaiting(what: string): void;
}

/**
 * Holds a lock file (made whole or not at all, and never over another) until disposed. While another process holds it, waits and says who;
 * the file of a process that is gone is taken over.
 */
export async function holdLock(options: LockOptions): Promise<AsyncDisposable> {
  await mkdir(dirname(options.path), { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw notWritable(dirname(options.path), error);
  });
  const mine: Holder = { pid: process.pid, startTime: startTimeOf(process.pid), verb: options.verb };
  await waitFor(
    {
      signal: options.signal,
      timeoutMs: options.timeoutMs,
      awaiting: 'the lock of this lab',
      pollMs: 100,
      hint: `if no swarmlab runs, delete ${options.path}`,
    },
    async () => {
      if (await tryLock(options.path, mine)) return { value: null };
      const holder = await readHolder(options.path);
      if (holder !== null && !isAlive(holder)) {
        await takeAway(options.path, holder);
        return { pending: 'a lock that nobody holds was taken away' };
      }
      const who = holder === null ? 'another swarmlab' : `swarmlab ${holder.verb} (process ${holder.pid})`;
      options.awaiting(`${who}, which works on this lab`);
      return { pending: `${who} holds it` };
    },
  );
  return {
    async [Symbol.asyncDispose]() {
      await rm(options.path, { force: true });
    },
  };
}

function notWritable(path: string, cause: Error): LabError {
  return new LabError({
    code: 'state.not-writable',
    message: `could not write ${path}: ${cause.message}`,
    hint: 'set SWARMLAB_HOME to a folder that you may write to; labs of namespaces need root anyway',
    cause,
  });
}

async function tryLock(path: string, mine: Holder): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
    // link(2) fails where the name exists, on every file system and on NTFS, and the content comes with the name.
    await link(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw notWritable(path, error as Error);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes the lock of a holder that is gone, and puts it back if another process took it over in the meantime. */
async function takeAway(path: string, gone: Holder): Promise<void> {
  const aside = `${path}.${randomUUID()}.gone`;
  await rename(path, aside).catch(() => undefined);
  const taken = await readHolder(aside);
  if (taken !== null && (taken.pid !== gone.pid || taken.startTime !== gone.startTime)) {
    await link(aside, path).catch(() => undefined);
  }
  await rm(aside, { force: true });
}

/** Null when the lock is gone again. */
async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return holder.startTime === null || startTimeOf(holder.pid) === holder.startTime;
}

function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command in parentheses, may hold spaces and parentheses; field 22 is counted from its end.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
