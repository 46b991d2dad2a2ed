import { randomBytes } from 'node:crypto';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { deadline, raceSignal } from '../core/deadline.ts';
import { LabError, messageOf } from '../core/errors.ts';
import { createPool } from '../core/pool.ts';
import { quoteCommand } from '../core/quote.ts';
import type { MachineAccess } from '../provider/provider.ts';
import type { ExecOptions, ExecResult, NodeConnection, RemoteProcess, ShellChannel } from './connection.ts';
import { createEngine } from './dockerode.ts';
import { type Channel, connectSsh, type SshClient } from './ssh2.ts';

const channelsAtOnce = 8;
const execTimeoutMs = 60_000;

export interface ConnectOptions {
  access: MachineAccess;
  privateKey: string;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Connects to a machine; disposing ends the connection and whatever runs over it. */
export async function connectNode(options: ConnectOptions): Promise<NodeConnection> {
  const client = await connectSsh(options);
  const machine = options.access.machine;
  const pool = createPool(channelsAtOnce);
  const openUnixSocket = (path: string) => client.openUnixSocket(path);
  const engine = createEngine(machine, () => openUnixSocket('/var/run/docker.sock'));
  const connection: NodeConnection = {
    machine,
    exec: (argv, execOptions) => pool(() => exec(client, machine, argv, execOptions)),
    spawn: (argv, { signal }) => spawnHolding(pool, client, argv, signal),
    openShell: (argv, terminal) => openShell(client, argv, terminal),
    upload: (path, content, mode, signal) => upload(connection, path, content, mode, signal),
    openUnixSocket,
    engine: engine.engine,
    work: engine.work,
    async [Symbol.asyncDispose]() {
      engine.close();
      client.end();
    },
  };
  return connection;
}

type Exit = { exitStatus: number | null; signal: string | null };

function exitOf(channel: Channel): Promise<Exit> {
  return new Promise((resolve) => {
    let exit: Exit = { exitStatus: null, signal: null };
    channel.on('exit', (status: number | null, signalName?: string) => {
      exit = { exitStatus: status, signal: signalName ?? null };
    });
    channel.once('close', () => resolve(exit));
  });
}

function withExit(channel: Channel): { channel: Channel; exited: Promise<Exit> } {
  return { channel, exited: exitOf(channel) };
}

async function exec(
  client: SshClient,
  machine: string,
  argv: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const command = quoteCommand(argv);
  using limit = deadline({
    signal: options.signal,
    timeoutMs: options.timeoutMs ?? execTimeoutMs,
    awaiting: `"${argv[0]}" on ${machine} to end`,
  });
  const take = (channel: Channel) => ({
    channel,
    outputs: Promise.all([buffer(channel), text(channel.stderr), exitOf(channel)]),
  });
  const { channel, outputs } = await raceSignal(client.openExec(command, null, take), limit).catch((error: unknown) => {
    throw limit.aborted ? limit.reason : cannotRun(machine, command, error);
  });
  const { stdin } = options;
  if (stdin === undefined || typeof stdin === 'string' || stdin instanceof Uint8Array) channel.end(stdin);
  else pipeline(stdin, channel.stdin).catch(() => undefined);
  try {
    const [stdout, stderr, exit] = await raceSignal(outputs, limit);
    return { exitStatus: exit.exitStatus, stdout, stderr };
  } catch (error) {
    channel.close();
    throw limit.aborted ? limit.reason : cannotRun(machine, command, error);
  }
}

function cannotRun(machine: string, command: string, cause: unknown): LabError {
  const shown = command.length > 60 ? `${command.slice(0, 57)}...` : command;
  return new LabError({
    code: 'ssh.exec',
    message: `could not run "${shown}" on ${machine}: ${messageOf(cause)}`,
    hint: 'swarmlab status shows which machines still answer',
    cause,
  });
}

async function spawnHolding(
  pool: ReturnType<typeof createPool>,
  client: SshClient,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<RemoteProcess> {
  return new Promise((resolve, reject) => {
    const held = pool(async () => {
      signal.throwIfAborted();
      const { channel, exited } = await client.openExec(quoteCommand(argv), null, withExit);
      // Writing to a program that has ended is told by `exited`, not by a crash of the controller.
      channel.on('error', () => undefined);
      const end = () => channel.close();
      signal.addEventListener('abort', end, { once: true });
      resolve({
        stdin: channel.stdin,
        stdout: channel,
        stderr: channel.stderr,
        exited,
        async [Symbol.asyncDispose]() {
          end();
          await Promise.race([exited, client.closed]);
        },
      });
      await Promise.race([exited, client.closed]);
      signal.removeEventListener('abort', end);
    });
    held.catch(reject);
  });
}

async function openShell(
  client: SshClient,
  argv: readonly string[] | null,
  terminal: Parameters<NodeConnection['openShell']>[1],
): Promise<ShellChannel> {
  const { channel, exited } = await (argv === null
    ? client.openLoginShell(terminal, withExit)
    : client.openExec(quoteCommand(argv), terminal, withExit));
  return {
    stream: channel,
    stderr: channel.stderr,
    resize: (columns, rows) => channel.setWindow(rows, columns, 0, 0),
    exited,
  };
}

const uploadScript = 'umask 077; mkdir -p "$(dirname "$1")" && cat > "$1.$3" && chmod "$2" "$1.$3" && mv "$1.$3" "$1"';

async function upload(
  connection: NodeConnection,
  path: string,
  content: string | Uint8Array,
  mode: number,
  signal: AbortSignal,
): Promise<void> {
  const unique = randomBytes(6).toString('hex');
  const result = await connection.exec(['sh', '-c', uploadScript, 'sh', path, mode.toString(8), unique], {
    stdin: content,
    signal,
  });
  if (result.exitStatus !== 0) {
    throw new LabError({
      code: 'ssh.upload',
      message: `could not write ${path} on ${connection.machine}: ${result.stderr.trim()}`,
    });
  }
}
