import type { Duplex } from 'node:stream';
import type { Problem } from '../core/errors.ts';
import type { Awaiting } from '../core/steps.ts';
import type { LabPlan, ProviderKind } from '../plan/types.ts';

/** OpenSSH texts; the private ones never leave the state folder. */
export interface KeyPair {
  /** One line, `ssh-ed25519 AAAA...`. */
  publicKey: string;
  /** PEM of OpenSSH's own format. */
  privateKey: string;
}

/** What a provider is given: the lab's plan, its folder, and keys that the lab made for itself. */
export interface ProviderContext {
  plan: LabPlan;
  /** Absolute path of the lab's state folder; the provider keeps its own things in subfolders of it. */
  stateDir: string;
  /** Lets the controller in on every machine. */
  loginKey: KeyPair;
  /** What every machine of the lab shows for itself. */
  hostKey: KeyPair;
  signal: AbortSignal;
}

/** `running`: answers SSH's bytes. `engine-down`: the machine runs, its engine does not. `missing`: not there. */
export type MachineState = 'running' | 'engine-down' | 'missing';

/** How the controller's bytes get to a machine's SSH server. */
export interface MachineAccess {
  /** A node's name, or the world's. */
  machine: string;
  user: string;
  /** The only host key that is accepted. */
  hostPublicKey: string;
  /** A byte stream that ends at the machine's SSH server; destroying it ends the server's session. */
  openStream(): Promise<Duplex>;
  /** How OpenSSH gets there. */
  route(): Promise<SshRoute>;
}

/** `proxy`: a command for OpenSSH's `ProxyCommand`, ready to paste. `address`: where the machine's SSH server listens for us. */
export type SshRoute = { kind: 'proxy'; command: string } | { kind: 'address'; host: string; port: number };

/** A file that a machine gets, as root's. */
export interface MachineFile {
  /** Absolute. */
  path: string;
  text: string;
  mode: number;
}

/** What makes a machine a node of the lab: files, then a POSIX shell script, run as root. Doing it again changes nothing. */
export interface Preparation {
  files: readonly MachineFile[];
  /** LF line endings, whatever the checkout has. */
  script: string;
}

/** States of all machines of a lab, kept under a name. */
export interface Snapshots {
  /** Replaces what has that name. The machines run on. */
  save(name: string, awaiting: Awaiting): Promise<void>;
  /** The machines run as they did then; their clocks say the time of then. */
  restore(name: string, awaiting: Awaiting): Promise<void>;
  /** Names that every machine has, the oldest first. */
  list(): Promise<readonly string[]>;
}

/** Something of the lab that is still on the machine. */
export interface Leak {
  kind: 'machine' | 'process' | 'namespace' | 'link' | 'mount' | 'cgroup' | 'sysctl' | 'firewall' | 'file';
  what: string;
}

/** Everything at once that keeps this machine from carrying a lab; and, a sentence each, what may hurt later. */
export interface Preflight {
  problems: readonly Problem[];
  warnings: readonly string[];
}

/**
 * What makes machines. Every method may be called at any time, also after a crash of an earlier run; `ensure` is idempotent.
 */
export interface Provider {
  kind: ProviderKind;
  /** What this machine is like for this lab; it can be made where there is no problem. */
  preflight(): Promise<Preflight>;
  /** Machines up, engines started (not yet answering). */
  ensure(awaiting: Awaiting): Promise<void>;
  state(machine: string): Promise<MachineState>;
  /** What has to be done on a machine that runs before it is a node; null where machines are born as nodes. */
  preparation(machine: string): Promise<Preparation | null>;
  /** Stops the machines; their disks stay, and `ensure` starts them again. Gives the names of those that ran. */
  halt(awaiting: Awaiting): Promise<readonly string[]>;
  /** Null where a lab is made anew sooner than put back. */
  snapshots: Snapshots | null;
  access(machine: string): MachineAccess;
  /** Path of the engine's socket as this machine's own tools reach it, for `DOCKER_HOST=unix://...`; null where there is none, or not here. */
  engineSocket(machine: string): Promise<string | null>;
  /** What only who made the machines can break, and mend again. */
  tampering: Tampering;
  /** The last that a machine's engine said, for an error about it; empty where nothing is known. */
  engineComplaint(machine: string): Promise<string>;
}

/** The segment's end of a machine's cable. */
export interface SegmentPort {
  /** The interface there. */
  device: string;
  /** Runs a POSIX shell script in the network namespace of the segment, as root; what it wrote. Throws where it failed. */
  run(script: string): Promise<string>;
}

/** For faults on purpose. */
export interface Tampering {
  /** Null where the segment is not the provider's own; then only the machine's own interface is in reach. */
  segmentPort(machine: string): Promise<SegmentPort | null>;
  /** Starts the engine of a machine that runs, unless it does. False: the machine has a service manager for that. */
  startEngine(machine: string): Promise<boolean>;
  /**
   * At most so many neighbours for all machines, or as many as `ensure` made room for (null). False: each machine has a
   * table of its own.
   */
  limitNeighbours(entries: number | null): Promise<boolean>;
  /** How many neighbours all machines together may have; null where each has a table of its own. */
  neighbourLimit(): Promise<number | null>;
  /** Whether each machine has a clock of its own. */
  ownClocks: boolean;
}

/** What is needed to remove a lab: its state may be broken, its config gone. */
export interface RemainsContext {
  lab: string;
  /** Absolute path of the lab's state folder. */
  stateDir: string;
  signal: AbortSignal;
}

/** What a provider left on this machine, found by its marks. */
export interface Remains {
  /** Removes what carries the lab's mark, and says what that was. The state folder itself is the caller's. */
  remove(): Promise<readonly string[]>;
  /** What of the lab is left, looked for afresh. */
  audit(): Promise<readonly Leak[]>;
}
