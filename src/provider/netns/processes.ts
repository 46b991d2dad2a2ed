import { readdir, readFile, readlink } from 'node:fs/promises';
import { markVariable } from './layout.ts';

export interface MarkedProcess {
  pid: number;
  machine: string;
  command: string;
}

/** Live processes (zombies have no environment left) that carry this lab's mark. Linux: proc(5), `environ`. */
export async function markedProcesses(stateDir: string): Promise<readonly MarkedProcess[]> {
  const found = await Promise.all((await processIds()).map((pid) => markedProcess(pid, stateDir)));
  return found.filter((process) => process !== null);
}

/** Null when the process is gone, is not the lab's, or may not be read. */
export async function markedProcess(pid: number, stateDir: string): Promise<MarkedProcess | null> {
  if (pid === process.pid) return null;
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const variables = environment.split('\0');
  if (!variables.includes(`${markVariable}=${stateDir}`)) return null;
  const machine = variables.find((entry) => entry.startsWith('SWARMLAB_MACHINE='))?.split('=')[1] ?? '';
  const command = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
  return { pid, machine, command };
}

async function processIds(): Promise<readonly number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

const namespaceKinds = ['net', 'mnt', 'pid', 'uts'] as const;

/** The namespaces of a process that differ from this process's own, as `net:[4026532000]`. */
export async function ownNamespaces(pid: number): Promise<readonly string[]> {
  const links = await Promise.all(
    namespaceKinds.map(async (kind) => {
      const [theirs, ours] = await Promise.all([
        readlink(`/proc/${pid}/ns/${kind}`).catch(() => null),
        readlink(`/proc/self/ns/${kind}`),
      ]);
      return theirs === ours ? null : theirs;
    }),
  );
  return links.filter((link) => link !== null);
}

/** Processes that stand in one of these namespaces. */
export async function processesIn(
  namespaces: ReadonlySet<string>,
): Promise<readonly { pid: number; namespace: string }[]> {
  if (namespaces.size === 0) return [];
  const found = await Promise.all(
    (await processIds()).map(async (pid) => {
      for (const kind of namespaceKinds) {
        const link = await readlink(`/proc/${pid}/ns/${kind}`).catch(() => '');
        if (namespaces.has(link)) return { pid, namespace: link };
      }
      return null;
    }),
  );
  return found.filter((entry) => entry !== null);
}

/** Ends a process at once; fine when it is gone already. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
