import { $ } from 'zx';
import { LabError } from '../../core/errors.ts';

/** Runs argv on this machine, without a shell's interpretation (zx quotes each word); the text of its stdout. */
export async function run(argv: readonly string[], options: { input?: string; signal: AbortSignal }): Promise<string> {
  options.signal.throwIfAborted();
  const shell = $({
    input: options.input ?? '',
    quiet: true,
    nothrow: true,
    signal: options.signal,
    env: { ...process.env, PATH: systemPath() },
  });
  const output = await shell`${argv}`;
  options.signal.throwIfAborted();
  if (output.exitCode === 0) return output.stdout;
  throw new LabError({
    code: 'netns.command',
    message: `"${argv.slice(0, 8).join(' ')}" failed on this machine: ${output.stderr.trim() || `exit ${output.exitCode}`}`,
    hint: 'swarmlab down removes what was made; run it again with --debug for the command',
  });
}

/** Debian's root finds dockerd, sshd and iptables in the sbin folders; su without a dash leaves them out. */
export function systemPath(): string {
  return ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':');
}
