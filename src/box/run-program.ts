import { spawn } from 'node:child_process';
import { LabError } from '../core/errors.ts';
import { systemFolders } from './programs.ts';

/** Of stderr, for the error. */
const keptCharacters = 4000;

/**
 * Runs a program as root in mount and process namespaces of its own (unshare(1)), which end with it and with this
 * process, whatever ends that: nothing stays mounted, nothing runs on. What it keeps for a while goes to `tmp`, where
 * it is removed even if the program could not (mmdebstrap's keyring). Throws with the end of what it said.
 */
export async function runProgram(argv: readonly string[], tmp: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const inside = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
  // The tree's files get their modes from umask(2), and a person's may be 077.
  const command = ['--pdeathsig', 'KILL', ...inside, 'sh', '-c', 'umask 022; exec "$@"', 'sh', ...argv];
  const child = spawn('setpriv', command, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8', TMPDIR: tmp, PATH: systemFolders.join(':') },
    // A Ctrl-C of the terminal goes to swarmlab, which ends this.
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-keptCharacters);
  });
  // unshare(1) with --fork ignores gentler signals.
  const kill = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  try {
    const status = await new Promise<number | string | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, by) => resolve(code ?? by));
    });
    signal.throwIfAborted();
    if (status !== 0) throw failed(argv, status, said);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

function failed(argv: readonly string[], status: number | string | null, said: string): LabError {
  const lines = said.trim().split('\n').slice(-8).join('\n');
  return new LabError({
    code: 'box.command',
    message: `${argv.slice(0, 2).join(' ')} failed (${status}): ${lines || 'it said nothing'}`,
    hint: 'packages come from the Debian mirror that mmdebstrap uses: does "apt-get update" work here?',
  });
}
