import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { LabError } from '../../core/errors.ts';
import { quoteCommand } from '../../core/quote.ts';
import type { MachineAccess, ProviderContext } from '../provider.ts';
import { machineDir, markVariable, provisionScript } from './layout.ts';
import { machinePid } from './machine.ts';
import { programStream } from './program-stream.ts';
import { systemPath } from './shell.ts';

/** SSH to a machine over a pipe: sshd runs for one connection, inside; nothing listens anywhere. */
export function accessOf(context: ProviderContext, machine: string): MachineAccess {
  const { stateDir } = context;
  return {
    machine,
    user: 'root',
    hostPublicKey: context.hostKey.publicKey,
    openStream: () => openStream(stateDir, machine),
    route: async () => ({
      kind: 'proxy',
      command: quoteCommand(['sh', provisionScript('ssh-pipe.sh'), machineDir(stateDir, machine)]),
    }),
  };
}

/**
 * What provision/netns/ssh-pipe.sh does, less what is known here already: twenty nodes are connected to at once, and each
 * would start four more programs.
 */
async function serverCommand(dir: string, pid: number): Promise<readonly string[]> {
  const cgroup = (await readFile(join(dir, 'cgroup_procs'), 'utf8')).trim();
  const server = ['/usr/sbin/sshd', '-i', '-f', join(dir, 'sshd_config'), '-E', join(dir, 'sshd.log')];
  return [provisionScript('enter.sh'), String(pid), cgroup, ...server];
}

async function openStream(stateDir: string, machine: string): Promise<Duplex> {
  const pid = await machinePid(stateDir, machine);
  if (pid === null) {
    throw new LabError({
      code: 'node.missing',
      message: `${machine} is not running`,
      hint: 'swarmlab up starts what is missing',
    });
  }
  const dir = machineDir(stateDir, machine);
  const child = spawn('sh', await serverCommand(dir, pid), {
    cwd: '/',
    // A session of its own: Ctrl-C in the terminal is the controller's to act on.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: systemPath(), [markVariable]: stateDir, SWARMLAB_MACHINE: machine },
  });
  return programStream(child, (said) => complaint(dir, said));
}

/** The last that the server said on its streams, else in its log, which is removed with a lab that fails. */
async function complaint(dir: string, said: string): Promise<string> {
  const path = join(dir, 'sshd.log');
  const logged = said.trim() === '' ? await readFile(path, 'utf8').catch(() => '') : said;
  const lines = logged.trim().split(/\r?\n/);
  return lines.slice(-3).join('; ') || `it said nothing, not even in ${path}`;
}
