import { timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ClientChannel, type PseudoTtyOptions } from 'ssh2';
import { deadline, raceSignal } from '../core/deadline.ts';
import { LabError, messageOf } from '../core/errors.ts';
import type { KeyPair, MachineAccess } from '../provider/provider.ts';
import type { Terminal } from './connection.ts';

/** An ed25519 key pair in OpenSSH's formats; `comment` ends the public line. */
export function generateKeyPair(comment: string): KeyPair {
  const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
  return { publicKey: pair.public, privateKey: pair.private };
}

export type Channel = ClientChannel;

/** What the tool uses of an SSH connection, as promises. */
export interface SshClient {
  openExec(command: string, terminal: Terminal | null): Promise<Channel>;
  openLoginShell(terminal: Terminal | null): Promise<Channel>;
  openUnixSocket(path: string): Promise<Duplex>;
  /** Resolves when the connection has ended, with why, if it did not end by `end`. */
  closed: Promise<Error | null>;
  end(): void;
}

export interface SshConnectOptions {
  access: MachineAccess;
  privateKey: string;
  timeoutMs: number;
  signal: AbortSignal;
}

const keepaliveIntervalMs = 10_000;
const keepaliveCountMax = 3;

/** Connects, accepts only the pinned host key, and authenticates with the lab's key. */
export async function connectSsh(options: SshConnectOptions): Promise<SshClient> {
  const { access } = options;
  using limit = deadline({
    signal: options.signal,
    timeoutMs: options.timeoutMs,
    awaiting: `${access.machine} to answer over SSH`,
  });
  const sock = await raceSignal(access.openStream(), limit);
  const client = new ssh2.Client();
  const closed = whenClosed(client);
  try {
    await raceSignal(ready(client, options, sock), limit);
  } catch (error) {
    client.destroy();
    sock.destroy();
    if (error instanceof LabError || limit.aborted) throw limit.aborted ? limit.reason : error;
    throw new LabError({
      code: 'ssh.connect',
      message: `${access.machine} could not be reached over SSH: ${messageOf(error)}`,
      hint: 'swarmlab status shows which machines run; swarmlab up starts what is missing',
      cause: error,
    });
  }
  return {
    openExec: (command, terminal) =>
      opened((done) => client.exec(command, terminal === null ? {} : { pty: pseudoTerminal(terminal) }, done)),
    openLoginShell: (terminal) =>
      opened((done) => client.shell(terminal === null ? false : pseudoTerminal(terminal), done)),
    openUnixSocket: (path) => opened((done) => client.openssh_forwardOutStreamLocal(path, done)),
    closed,
    end() {
      client.end();
      sock.destroy();
    },
  };
}

function ready(client: Client, options: SshConnectOptions, sock: Duplex): Promise<void> {
  const pinned = Buffer.from(options.access.hostPublicKey.split(' ')[1] ?? '', 'base64');
  return new Promise((resolve, reject) => {
    client.once('ready', resolve);
    client.once('error', reject);
    client.once('close', () => reject(new Error('the connection was closed before it was ready')));
    client.connect({
      sock: sock as never,
      username: options.access.user,
      privateKey: options.privateKey,
      hostVerifier: (key: Buffer) => key.length === pinned.length && timingSafeEqual(key, pinned),
      keepaliveInterval: keepaliveIntervalMs,
      keepaliveCountMax,
      readyTimeout: options.timeoutMs,
    });
  });
}

function whenClosed(client: Client): Promise<Error | null> {
  return new Promise((resolve) => {
    let failure: Error | null = null;
    client.on('error', (error) => {
      failure = error;
    });
    client.once('close', () => resolve(failure));
  });
}

function opened<T>(open: (done: (error: Error | undefined, channel: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    try {
      open((error, channel) => (error ? reject(error) : resolve(channel)));
    } catch (error) {
      reject(error);
    }
  });
}

function pseudoTerminal(terminal: Terminal): PseudoTtyOptions {
  return { cols: terminal.columns, rows: terminal.rows, term: terminal.type };
}
