declare module 'node-vagrant' {
  import type { ChildProcess } from 'node:child_process';
  import type { EventEmitter } from 'node:events';

  /** What the package has of a machine (node-vagrant 1.5.0, src/machine.js); only what is used of it. */
  export interface Machine extends EventEmitter {
    /** `error`: stderr, which may be empty though the command failed; an Error where it could not be started. */
    status(done: (error: unknown, machines: Record<string, { status: string; provider: string }>) => void): void;
    up(args: readonly string[], done: (error: unknown, stdout: string) => void): void;
    /** Starts the command; every other method goes through it. */
    _run(command: readonly string[], done: (error: unknown, stdout: string) => void): ChildProcess | undefined;
  }
  const vagrant: { create(options: { cwd: string; env: Record<string, string | undefined> }): Machine };
  export default vagrant;
}
