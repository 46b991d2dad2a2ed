import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

/** Where a lab's processes are accounted; how depends on the machine's cgroup version (cgroups(7)). */
export interface CgroupPlace {
  version: 1 | 2;
  /** A machine's processes join by writing to this file. */
  procsFile: string;
  /** For `dockerd --cgroup-parent`; the engine sees the machine's whole tree. */
  containersParent: string;
}

/** Version 2 has one tree with its controllers at the root; a hybrid layout counts as 1, since its controllers are there. */
export function cgroupVersion(): 1 | 2 {
  return existsSync(join(root, 'cgroup.controllers')) ? 2 : 1;
}

/** Makes the cgroups of one machine. Version 2: a delegated subtree, with the machine's own processes in a leaf of it. */
export async function ensureCgroup(labId: string, machine: string): Promise<CgroupPlace> {
  if (cgroupVersion() === 2) {
    for (const path of [root, join(root, 'swarmlab'), join(root, 'swarmlab', labId)]) {
      await mkdir(path, { recursive: true });
      await enableControllers(path);
    }
    const own = `swarmlab/${labId}/${machine}`;
    await mkdir(join(root, own, 'machine'), { recursive: true });
    await enableControllers(join(root, own));
    return { version: 2, procsFile: join(root, own, 'machine/cgroup.procs'), containersParent: `/${own}/containers` };
  }
  const hierarchy = ['pids', 'freezer', 'systemd', 'memory'].find((name) => existsSync(join(root, name, 'tasks')));
  const own = `swarmlab/${labId}/${machine}`;
  if (hierarchy === undefined) return { version: 1, procsFile: '', containersParent: `/${own}` };
  const path = join(root, hierarchy, own);
  await mkdir(path, { recursive: true });
  return { version: 1, procsFile: join(path, 'cgroup.procs'), containersParent: `/${own}` };
}

async function enableControllers(path: string): Promise<void> {
  const available = (await readFile(join(path, 'cgroup.controllers'), 'utf8')).trim().split(/\s+/);
  for (const controller of available.filter((name) => name !== '')) {
    // One that cannot be delegated (cpu with real-time tasks, say) must not take the others with it.
    await writeFile(join(path, 'cgroup.subtree_control'), `+${controller}`).catch(() => undefined);
  }
}

/** The topmost cgroup directory of a lab in every hierarchy that has one. */
export async function cgroupsOf(labId: string): Promise<readonly string[]> {
  const hierarchies = cgroupVersion() === 2 ? [''] : await readdir(root).catch(() => []);
  return hierarchies.map((name) => join(root, name, 'swarmlab', labId)).filter((path) => existsSync(path));
}

/** Removes a lab's cgroups, and the common parent with the last lab; what is still populated stays. */
export async function removeCgroups(labId: string): Promise<void> {
  for (const path of await cgroupsOf(labId)) {
    await removeTree(path);
    await rmdir(join(path, '..')).catch(() => undefined);
  }
}

async function removeTree(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  await Promise.all(entries.filter((entry) => entry.isDirectory()).map((entry) => removeTree(join(path, entry.name))));
  await rmdir(path).catch(() => undefined);
}
