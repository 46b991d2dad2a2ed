import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deadline } from '../deadline.ts';
import { LabError } from '../errors.ts';
import { findProgram, type ProgramPlace, variable } from './find-program.ts';

/** How long an ended program's output may stay open: daemons that it started may hold it (VBoxSVC does). */
const outputGraceMs = 1000;
/** How long a program may take to end once it was asked to: Vagrant unlocks its machines then. */
const endGraceMs = 10_000;

export interface ProgramOptions {
  signal: AbortSignal;
  timeoutMs: number;
  /** The working folder; this process's own where it is not given. */
  cwd?: string;
  /** Added to this process's environment; undefined takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Told what comes on stdout, as it comes, besides its being collected. */
  onStdout?: (chunk: Buffer) => void;
  /** Killed instead of asked to end, and out of reach of the terminal's Ctrl-C: for what ends cleanly by its namespaces. */
  killed?: boolean;
}

/** What came of running a program. `missing`: there is none of that name. */
export type ProgramResult =
  | { kind: 'ended' /** Null when a signal ended it. */; exitStatus: number | null; stdout: Buffer; stderr: Buffer }
  | { kind: 'missing' };

/**
 * Runs a program of this machine by its argv, without a shell. Any exit status is a result. Rejects with the signal's
 * reason, with `wait.timeout`, or with `program.not-started`; the program has ended then.
 */
export type RunProgram = (file: string, args: readonly string[], options: ProgramOptions) => Promise<ProgramResult>;

/** The real one. */
export function createRunProgram(place: Pick<ProgramPlace, 'platform' | 'env'>): RunProgram {
  return async (file, args, options) => {
    options.signal.throwIfAborted();
    const env = { ...place.env, ...options.env };
    const found = await findProgram(file, { platform: place.platform, env });
    if (found === null) return { kind: 'missing' };
    using limit = deadline({ ...options, awaiting: `${[file, ...args.slice(0, 3)].join(' ')} to end` });
    return await runFound(found, args, { ...options, signal: limit, env, platform: place.platform });
  };
}

async function runFound(
  file: string,
  args: readonly string[],
  options: ProgramOptions & { platform: NodeJS.Platform },
): Promise<ProgramResult> {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    shell: false,
    detached: options.killed === true,
  });
  const [stdout, stderr] = [[] as Buffer[], [] as Buffer[]];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.push(chunk);
    options.onStdout?.(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const closed = once(child, 'close').catch(() => undefined);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  exited.catch(() => undefined);
  const onAbort = () => void (options.killed === true ? child.kill('SIGKILL') : endProgram(child, options));
  options.signal.addEventListener('abort', onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  try {
    const [exitStatus] = await exited.catch((cause: unknown) => Promise.reject(notStarted(file, options.cwd, cause)));
    await Promise.race([closed, delay(outputGraceMs, undefined, { ref: false })]);
    child.stdout.destroy();
    child.stderr.destroy();
    options.signal.throwIfAborted();
    return { kind: 'ended', exitStatus, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
  } finally {
    options.signal.removeEventListener('abort', onAbort);
  }
}

/** Asks it to end, and makes it after a while. Windows knows no asking: there the whole tree goes, vagrant.exe's ruby too. */
export async function endProgram(
  child: ChildProcess,
  { platform, env = {} }: Pick<ProgramOptions, 'env'> & { platform: string },
): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  if (platform === 'win32') {
    const system = path.win32.join(variable(env, 'SystemRoot', true) ?? 'C:\\Windows', 'System32', 'taskkill.exe');
    const killer = spawn(system, ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    killer.once('error', () => child.kill());
    return;
  }
  child.kill('SIGINT');
  const ended = once(child, 'exit').then(() => true);
  const left = await Promise.race([ended, delay(endGraceMs, false, { ref: false })]);
  if (left === false) child.kill('SIGKILL');
}

function notStarted(file: string, cwd: string | undefined, cause: unknown): LabError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new LabError({
    code: 'program.not-started',
    message: `${file} could not be started${cwd === undefined ? '' : ` in ${cwd}`}: ${reason}`,
    hint: 'see that the file and the folder are there and may be used by you',
    cause,
  });
}
