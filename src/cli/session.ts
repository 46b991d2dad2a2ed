import { createWriteStream } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { raceSignal } from '../core/deadline.ts';
import type { NodeConnection, ShellChannel, Terminal } from '../fabric/connection.ts';
import { openChosenLab } from './context.ts';
import { type Answer, type Invocation, optionOf, wordOf } from './verb.ts';

/** What runs on the machine, and whether on a terminal of its own. */
export interface Session {
  /** Null is the login shell. */
  argv: readonly string[] | null;
  terminal: Terminal | null;
}

/** Connects to the node that the command line names and runs a session there; its exit status is the answer. */
export async function runOnNode(invocation: Invocation, session: Session): Promise<Answer> {
  using context = await openChosenLab(invocation);
  const lab = await import('../lab.ts');
  await using connection = await lab.connectMachine(context, wordOf(invocation, 'node'));
  // From here on it may take as long as the person likes: only Ctrl-C counts, not the clock.
  return { exitStatus: await runSession(connection, session, invocation) };
}

/**
 * Joins this process's streams to a session's until that ends. Gives the remote exit status; 128 and the signal's
 * number where a signal ended it, as shells do; 255 where the connection did, as ssh does.
 */
export async function runSession(
  connection: Pick<NodeConnection, 'openShell'>,
  { argv, terminal }: Session,
  { io, options, signal }: Pick<Invocation, 'io' | 'options' | 'signal'>,
): Promise<number> {
  const channel = await connection.openShell(argv, terminal);
  const output = optionOf({ options }, 'output');
  const stdout: Writable = output === undefined ? io.stdout : createWriteStream(path.resolve(io.cwd, output));
  const resize = () => channel.resize(io.stdout.columns ?? 80, io.stdout.rows ?? 24);
  // `| head` has had enough: the program over there must not run on, as SIGPIPE would see to here.
  const readerGone = new AbortController();
  const onGone = () => readerGone.abort();
  stdout.once('error', onGone);
  // A program that reads no further is no fault of ours.
  channel.stream.on('error', () => undefined);
  try {
    if (terminal !== null) {
      io.stdin.setRawMode?.(true);
      io.stdout.on('resize', resize);
    }
    io.stdin.pipe(channel.stream);
    channel.stream.pipe(stdout, { end: false });
    channel.stderr.pipe(io.stderr, { end: false });
    const whole = Promise.all([channel.exited, ended(channel.stream), ended(channel.stderr)]);
    const [exited] = await raceSignal(whole, AbortSignal.any([signal, readerGone.signal]));
    return remoteStatus(exited);
  } catch (error) {
    if (!readerGone.signal.aborted || signal.aborted) throw error;
    return 128 + constants.signals.SIGPIPE;
  } finally {
    stdout.off('error', onGone);
    io.stdout.off('resize', resize);
    if (terminal !== null) io.stdin.setRawMode?.(false);
    io.stdin.unpipe(channel.stream);
    io.stdin.pause();
    channel.stream.unpipe(stdout);
    channel.stream.destroy();
    if (stdout !== io.stdout) await new Promise<void>((resolve) => stdout.end(resolve));
  }
}

/** The size and kind of the terminal that this process has; null unless both ends are one. */
export function terminalOf({ stdin, stdout, env }: Invocation['io']): Terminal | null {
  if (stdin.isTTY !== true || stdout.isTTY !== true) return null;
  return { columns: stdout.columns ?? 80, rows: stdout.rows ?? 24, type: env.TERM ?? 'xterm' };
}

async function ended(stream: Readable): Promise<void> {
  await finished(stream, { writable: false }).catch(() => undefined);
}

function remoteStatus({ exitStatus, signal }: Awaited<ShellChannel['exited']>): number {
  if (exitStatus !== null) return exitStatus;
  const number = signal === null ? undefined : constants.signals[`SIG${signal.replace(/^SIG/, '')}` as NodeJS.Signals];
  return number === undefined ? 255 : 128 + number;
}
