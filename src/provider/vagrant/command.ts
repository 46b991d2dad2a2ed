import type { VagrantConfig } from '../../config/types.ts';
import { findProgram } from '../../core/program/find-program.ts';
import type { ProgramResult, RunProgram } from '../../core/program/run-program.ts';
import { vagrantMissing } from './failures.ts';
import { dotfileDir, vagrantDir } from './layout.ts';
import type { VagrantPlace } from './node-vagrant.ts';

/** What the person's environment says of Vagrant holds (VAGRANT_HOME, a proxy), but for which lab this is. */
export function vagrantEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  stateDir: string,
  provider: VagrantConfig['provider'] | null,
): Record<string, string | undefined> {
  return {
    ...env,
    VAGRANT_CWD: vagrantDir(stateDir),
    VAGRANT_DOTFILE_PATH: dotfileDir(stateDir),
    ...(provider === null ? {} : { VAGRANT_DEFAULT_PROVIDER: provider }),
    VAGRANT_VAGRANTFILE: 'Vagrantfile',
    VAGRANT_NO_COLOR: '1',
    // In a room without network both would wait for an answer.
    VAGRANT_CHECKPOINT_DISABLE: '1',
    VAGRANT_BOX_UPDATE_CHECK_DISABLE: '1',
    SWARMLAB_PLAN: undefined,
  };
}

export interface Vagrant {
  place: VagrantPlace;
  /** `vagrant` with those arguments, in the lab's folder. */
  run(args: readonly string[], onStdout?: (text: string) => void): Promise<ProgramResult & { kind: 'ended' }>;
}

/** Vagrant's commands are as slow as what they do to a disk; the verb's own time limit ends them sooner. */
const commandTimeoutMs = 60 * 60_000;

/** The `vagrant` command for one lab; provider null: whatever its machines have. A machine without it is an error of `run`'s. */
export function createVagrant(
  stateDir: string,
  provider: VagrantConfig['provider'] | null,
  runProgram: RunProgram,
  signal: AbortSignal,
): Vagrant {
  const cwd = vagrantDir(stateDir);
  const env = vagrantEnvironment(process.env, stateDir, provider);
  return {
    place: { cwd, env, signal },
    async run(args, onStdout) {
      const result = await runProgram('vagrant', args, {
        cwd,
        env,
        signal,
        timeoutMs: commandTimeoutMs,
        ...(onStdout === undefined ? {} : { onStdout: (chunk: Buffer) => onStdout(chunk.toString()) }),
      });
      if (result.kind === 'missing') throw vagrantMissing();
      return result;
    },
  };
}

/** Whether there is a `vagrant` in PATH. */
export async function hasVagrant(): Promise<boolean> {
  return (await findProgram('vagrant', { platform: process.platform, env: process.env })) !== null;
}
