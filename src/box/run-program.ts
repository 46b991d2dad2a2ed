import { LabError } from '../core/errors.ts';
import { createRunProgram } from '../core/program/run-program.ts';
import { systemFolders } from './programs.ts';

/** The packages of a whole system, from a slow mirror. */
const timeoutMs = 60 * 60_000;

/**
 * Runs a program as root in mount and process namespaces of its own (unshare(1)), which end with it and with this
 * process, whatever ends that: nothing stays mounted, nothing runs on. What it keeps for a while goes to `tmp`, where
 * it is removed even if the program could not (mmdebstrap's keyring). Throws with the end of what it said.
 */
export async function runProgram(argv: readonly string[], tmp: string, signal: AbortSignal): Promise<void> {
  const inside = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
  // The tree's files get their modes from umask(2), and a person's may be 077.
  const command = ['--pdeathsig', 'KILL', ...inside, 'sh', '-c', 'umask 022; exec "$@"', 'sh', ...argv];
  const env = { ...process.env, LC_ALL: 'C.UTF-8', TMPDIR: tmp, PATH: systemFolders.join(':') };
  const run = createRunProgram({ platform: process.platform, env });
  // unshare(1) with --fork ignores gentler signals.
  const result = await run('setpriv', command, { signal, timeoutMs, killed: true });
  if (result.kind === 'missing') throw failed(argv, 'setpriv is missing', '');
  if (result.exitStatus !== 0) throw failed(argv, result.exitStatus, result.stderr.toString());
}

function failed(argv: readonly string[], status: number | string | null, said: string): LabError {
  const lines = said.trim().split('\n').slice(-8).join('\n');
  return new LabError({
    code: 'box.command',
    message: `${argv.slice(0, 2).join(' ')} failed (${status ?? 'a signal'}): ${lines || 'it said nothing'}`,
    hint: 'packages come from the Debian mirror that mmdebstrap uses: does "apt-get update" work here?',
  });
}
