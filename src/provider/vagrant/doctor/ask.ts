import { programText } from '../../../core/program/program-text.ts';
import type { ProgramResult, RunProgram } from '../../../core/program/run-program.ts';
import type { ProgramFact, Version } from './facts.ts';

/** Vagrant's Ruby takes seconds to start on a cold Windows laptop with a virus scanner. */
const timeoutMs = 60_000;

/** Asks programs of the machine and gives text; null when there is no answer to use. */
export interface Asker {
  run(file: string, args: readonly string[], env?: Record<string, string | undefined>): Promise<ProgramResult>;
  /** Stdout of a program that ended well. */
  text(file: string, args: readonly string[], env?: Record<string, string | undefined>): Promise<string | null>;
}

/** A program that hangs or cannot be started is one that says nothing; only `signal` ends the asking. */
export function createAsker(run: RunProgram, signal: AbortSignal): Asker {
  const asked: Asker['run'] = async (file, args, env = {}) => {
    try {
      return await run(file, args, { signal, timeoutMs, env });
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'ended', exitStatus: null, stdout: Buffer.alloc(0), stderr: Buffer.from(String(error)) };
    }
  };
  return {
    run: asked,
    async text(file, args, env) {
      const result = await asked(file, args, env);
      return result.kind === 'ended' && result.exitStatus === 0 ? programText(result.stdout) : null;
    },
  };
}

/** The version that the first of `files` tells that is there. */
export async function askVersion(
  asker: Asker,
  files: readonly string[],
  pattern: RegExp,
  env?: Record<string, string | undefined>,
): Promise<ProgramFact> {
  for (const file of files) {
    const result = await asker.run(file, ['--version'], env);
    if (result.kind === 'missing') continue;
    const said = `${programText(result.stdout)}${programText(result.stderr)}`;
    const version = parseVersion(said, pattern);
    return version === null ? { kind: 'failed', file, said } : { kind: 'version', version, file, said };
  }
  return { kind: 'missing' };
}

export function parseVersion(text: string, pattern: RegExp): Version | null {
  const match = pattern.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}
