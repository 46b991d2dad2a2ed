import { timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2, { type Client, type ClientChannel, type PseudoTtyOptions } from 'ssh2';
import { deadline, raceSignal } from '../core/deadline.ts';
import { LabError, messageOf } from '../core/errors.ts';
import type { KeyPair, MachineAccess } from '../provider/provider.ts';
import type { Terminal } from './connection.ts';

/**
 * An ed25519 key pair in OpenSSH's formats; `comment` ends the public line. ssh2 1.17 takes a zero at the beginning of the public key for
 * padding (lib/keygen.js), so that one pair in about 250 is one that nobody can read, itself included: that one is made anew.
 */
export function generateKeyPair(comment: string): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error))
      return { publicKey: pair.public, privateKey: pair.private };
  }
}

export type Channel = ClientChannel;

/**
 * Gets a channel the moment it opens. A short command's output, exit status and close may come in the same packet as
 * the channel itself: a listener that is added a turn later has missed them.
 */
export type Take<T extends object> = (channel: Channel) => T;

/** What the tool uses of an SSH connection, as promises. */
export interface SshClient {
  openExec<T extends object>(command: string, terminal: Terminal | null, take: Take<T>): Promise<T>;
  openLoginShell<T extends object>(terminal: Terminal | null, take: Take<T>): Promise<T>;
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
  const { client, closed, sock } = await connectWithin(options, limit);
  return {
    openExec: (command, terminal, take) => {
      const options = terminal === null ? {} : { pty: pseudoTerminal(terminal) };
      return whenRoom(() => opened((done) => client.exec(command, options, done), take));
    },
    openLoginShell: (terminal, take) =>
      opened((done) => client.shell(terminal === null ? false : pseudoTerminal(terminal), done), take),
    openUnixSocket: (path) =>
      opened(
        (done) => client.openssh_forwardOutStreamLocal(path, done),
        (channel) => channel,
      ),
    closed,
    end() {
      client.end();
      sock.destroy();
    },
  };
}

const connectTries = 5;
/** Before the second try; twice that before the third, and so on. */
const connectRetryMs = 200;

/** Tries again when the other end went away before it said anything: a server that is only just starting does that. */
async function connectWithin(options: SshConnectOptions, limit: AbortSignal) {
  const { machine } = options.access;
  for (let tries = 1; ; tries += 1) {
    const opening = options.access.openStream();
    const sock = await raceSignal(opening, limit).catch((error: unknown) => {
      // One that opens after nobody waits for it any more is let go of.
      opening.then((late) => late.destroy()).catch(() => undefined);
      throw error;
    });
    const client = new ssh2.Client();
    const closed = whenClosed(client);
    try {
      await raceSignal(ready(client, options, sock), limit);
      return { client, closed, sock };
    } catch (error) {
      client.destroy();
      sock.destroy();
      if (limit.aborted) throw limit.reason;
      if ((error as { level?: unknown }).level === 'client-socket' && tries < connectTries) {
        await delay(connectRetryMs * tries);
        continue;
      }
      throw new LabError({
        code: 'ssh.connect',
        message: `${machine} could not be reached over SSH: ${messageOf(error)}`,
        hint: 'swarmlab status shows which machines run; swarmlab up starts what is missing',
        cause: error,
      });
    }
  }
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

const openTries = 40;
const openRetryMs = 25;

/**
 * sshd counts a session until it has reaped the session's process, a little after it closed the channel; a new one
 * beyond MaxSessions is refused with SSH_OPEN_CONNECT_FAILED (RFC 4254, 5.1) until then. Nothing was run by then.
 */
async function whenRoom<T>(open: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await open();
    } catch (error) {
      if ((error as { reason?: unknown }).reason !== 2 || tries === openTries) throw error;
      await delay(openRetryMs);
    }
  }
}

function opened<T extends object>(
  open: (done: (error: Error | undefined, channel: Channel) => void) => void,
  take: Take<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    try {
      open((error, channel) => (error ? reject(error) : resolve(take(channel))));
    } catch (error) {
      reject(error);
    }
  });
}

function pseudoTerminal(terminal: Terminal): PseudoTtyOptions {
  return { cols: terminal.columns, rows: terminal.rows, term: terminal.type };
}
