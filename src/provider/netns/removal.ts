import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../core/deadline.ts';
import type { Leak, RemainsContext } from '../provider.ts';
import { cgroupsOf, removeCgroups } from './cgroup.ts';
import { labId } from './layout.ts';
import { holdsNeighbours } from './neighbour-table.ts';
import { kill, markedProcesses, ownNamespaces, processesIn } from './processes.ts';

/** Processes end at once, but for those that wait for a disk: an engine in the middle of fsync(2) on a busy one. */
const endTimeoutMs = 60_000;

/** Ends every process of the lab and removes its cgroups; the namespaces with them, for sure, or an error says which process stays. */
export async function removeMachines({ lab, stateDir, signal }: RemainsContext): Promise<readonly string[]> {
  const id = labId(lab, stateDir);
  const marked = await markedProcesses(stateDir);
  const namespaces = new Set((await Promise.all(marked.map(({ pid }) => ownNamespaces(pid)))).flat());
  const machines = [...new Set(marked.map(({ machine }) => machine))].filter((machine) => machine !== '').sort();
  // Looked for once, before anything ends: the kernel gives a namespace's number away again, and then it is another
  // lab's. Nobody is missed: a machine's first process ends only after all others of its process namespace
  // (pid_namespaces(7)).
  const standing = new Set((await processesIn(namespaces)).map(({ pid }) => pid));
  await waitFor(
    { signal, timeoutMs: endTimeoutMs, awaiting: 'the processes of the lab to end', pollMs: 10 },
    async () => {
      // Looked for again each time: a process may have been starting another.
      const left = await markedProcesses(stateDir);
      for (const { pid } of left) kill(pid);
      const inside = (await processesIn(namespaces)).filter(({ pid }) => standing.has(pid));
      const pending = [
        ...left.map(({ pid, command }) => `${command} (${pid})`),
        ...inside.map(({ pid }) => `process ${pid}`),
      ];
      return pending.length === 0 ? { value: null } : { pending: pending.slice(0, 5).join(', ') };
    },
  );
  await waitFor(
    { signal, timeoutMs: endTimeoutMs, awaiting: 'the cgroups of the lab to empty', pollMs: 10 },
    async () => {
      await removeCgroups(id);
      const left = await cgroupsOf(id);
      return left.length === 0 ? { value: null } : { pending: left.join(', ') };
    },
  );
  return machines.map((machine) => `machine ${machine}`);
}

/** What of the lab is on this machine still, looked for by its marks and not by what a run remembers. */
export async function auditMachines({ lab, stateDir }: RemainsContext): Promise<readonly Leak[]> {
  const processes = await markedProcesses(stateDir);
  const namespaces = new Set((await Promise.all(processes.map(({ pid }) => ownNamespaces(pid)))).flat());
  const mounts = mountsBelow(stateDir, await readFile('/proc/self/mountinfo', 'utf8'));
  const machinesDir = join(stateDir, 'machines');
  return [
    ...processes.map(
      ({ pid, machine, command }): Leak => ({ kind: 'process', what: `${command} (${pid}) of ${machine}` }),
    ),
    ...[...namespaces].map((what): Leak => ({ kind: 'namespace', what })),
    ...mounts.map((what): Leak => ({ kind: 'mount', what })),
    ...(await cgroupsOf(labId(lab, stateDir))).map((what): Leak => ({ kind: 'cgroup', what })),
    ...(await lostLinks()).map((what): Leak => ({ kind: 'link', what })),
    ...((await holdsNeighbours(stateDir))
      ? [{ kind: 'sysctl', what: 'net.ipv4.neigh.default.gc_thresh1..3' } as const]
      : []),
    ...(existsSync(machinesDir) ? [{ kind: 'file', what: machinesDir } as const] : []),
  ];
}

/** Cables are never in this machine's own namespace; one that is was lost there. */
async function lostLinks(): Promise<readonly string[]> {
  const names = await readdir('/sys/class/net').catch(() => Object.keys(networkInterfaces()));
  return names.filter((name) => /^port\d+$/.test(name));
}

/** The places of mounts that a folder has a part in, as what is mounted or where. proc(5): mountinfo writes spaces as `\040`. */
export function mountsBelow(folder: string, mountinfo: string): readonly string[] {
  return mountinfo.split('\n').flatMap((line) => {
    const fields = line.split(' ').map(unescaped);
    return fields.some((field) => field.includes(`${folder}/`)) ? [fields[4] ?? line] : [];
  });
}

function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_whole, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
