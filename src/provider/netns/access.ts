import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { LabError } from '../../core/errors.ts';
import { quoteCommand } from '../../core/quote.ts';
import type { MachineAccess, ProviderContext } from '../provider.ts';
import { machineDir, markVariable, provisionScript } from './layout.ts';
import { machinePid } from './machine.ts';
import { systemPath } from './shell.ts';

const complaintLength = 2_000;

/** SSH to a machine over a pipe: sshd runs for one connection, inside; nothing listens anywhere. */
export function accessOf(context: ProviderContext, machine: string): MachineAccess {
  const { stateDir } = context;
  return {
    machine,
    user: 'root',
    hostPublicKey: context.hostKey.publicKey,
    openStream: () => openStream(stateDir, machine),
    proxyCommand: quoteCommand(['sh', provisionScript('ssh-pipe.sh'), machineDir(stateDir, machine)]),
  };
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
  const child = spawn('sh', [provisionScript('ssh-pipe.sh'), dir], {
    cwd: '/',
    // A session of its own: Ctrl-C in the terminal is the controller's to act on.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: systemPath(), [markVariable]: stateDir, SWARMLAB_MACHINE: machine },
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-complaintLength);
  });
  child.once('error', (error) => stream.destroy(error));
  // A server that could not start says why on its own streams; without this the client knows only that it is gone.
  child.once('exit', (status) => {
    if (status !== 0 && status !== null)
      stream.destroy(
        new Error(`its SSH server ended with ${status}: ${said.trim() || `see ${join(dir, 'sshd.log')}`}`),
      );
  });
  stream.once('close', () => child.kill('SIGKILL'));
  return stream;
}
