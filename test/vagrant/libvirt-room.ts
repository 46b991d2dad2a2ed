import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../src/core/deadline.ts';
import { ended, type Room } from './room.ts';

const script = fileURLToPath(new URL('libvirt-room.sh', import.meta.url));
const startTimeoutMs = 60_000;

/** A libvirt of its own, with networks that reach nothing outside; machines and daemons end with it. */
export async function roomWithLibvirt(): Promise<Room> {
  const folder = await mkdtemp(join(tmpdir(), 'swarmlab-libvirt-'));
  const log = createWriteStream(join(folder, 'libvirtd.log'));
  await once(log, 'open');
  const apart = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const holder = spawn('unshare', [...apart, 'sh', script, folder], { stdio: ['ignore', log, log] });
  const gone = once(holder, 'exit');
  const dispose = async () => {
    holder.kill('SIGKILL');
    await gone;
    log.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const enter = await waitFor(
      { signal: new AbortController().signal, timeoutMs: startTimeoutMs, awaiting: 'libvirt to answer', pollMs: 200 },
      async () => {
        if (holder.exitCode !== null) {
          const said = await readFile(join(folder, 'libvirtd.log'), 'utf8');
          throw new Error(`libvirtd ended with ${holder.exitCode}: ${said}`);
        }
        const children = await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').catch(() => '');
        const inside = children.trim();
        if (inside === '') return { pending: 'no process yet' };
        const into = ['nsenter', '--target', inside, '--mount', '--net', '--pid'];
        const { status, stderr } = await ended([...into, 'virsh', '-c', 'qemu:///system', 'version']);
        return status === 0 ? { value: into } : { pending: stderr };
      },
    );
    // Whoever enters a mount namespace stands at its root.
    return { name: null, enter: (workFolder) => [...enter, `--wdns=${workFolder}`], [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
