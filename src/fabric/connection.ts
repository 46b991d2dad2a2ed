import type { Duplex, Readable, Writable } from 'node:stream';
import type { Engine, EngineWork } from './engine-port.ts';

export interface ExecResult {
  /** Null when a signal ended the command. */
  exitStatus: number | null;
  stdout: Buffer;
  stderr: string;
}

export interface ExecOptions {
  stdin?: string | Uint8Array | Readable;
  signal: AbortSignal;
  timeoutMs?: number;
}

/** A program on a machine that one talks with. */
export interface RemoteProcess extends AsyncDisposable {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  exited: Promise<{ exitStatus: number | null; signal: string | null }>;
}

/**
 * One authenticated SSH connection to a machine, shared by everything that the controller does there.
 * At most 8 channels run commands at once (sshd's MaxSessions is 10, sshd_config(5)); further ones wait their turn.
 */
export interface NodeConnection extends AsyncDisposable {
  machine: string;
  /** Runs argv without a shell's interpretation: each word is quoted. Rejects only when the command could not be run. */
  exec(argv: readonly string[], options: ExecOptions): Promise<ExecResult>;
  spawn(argv: readonly string[], options: { signal: AbortSignal }): Promise<RemoteProcess>;
  /** An interactive session; `argv` null means the login shell. Gives the raw channel. */
  openShell(argv: readonly string[] | null, terminal: Terminal | null): Promise<ShellChannel>;
  /** Writes a file on the machine, whole or not at all. */
  upload(path: string, content: string | Uint8Array, mode: number, signal: AbortSignal): Promise<void>;
  /** A stream to a Unix socket on the machine. */
  openUnixSocket(path: string): Promise<Duplex>;
  engine: Engine;
  work: EngineWork;
}

export interface Terminal {
  columns: number;
  rows: number;
  /** The TERM variable. */
  type: string;
}

export interface ShellChannel {
  stream: Duplex;
  stderr: Readable;
  resize(columns: number, rows: number): void;
  exited: Promise<{ exitStatus: number | null; signal: string | null }>;
}

/** The lab's connections by machine name; `world` and outsiders are among them. */
export type Connections = ReadonlyMap<string, NodeConnection>;
