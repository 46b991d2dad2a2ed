import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

/** Where a lab's processes are accounted; how depends on the machine's cgroup version (cgroups(7)). */
export interface CgroupPlace {
  version: 1 | 2;
  /** A machine's processes join by writing to this file; empty where there is nothing to join. */
  procsFile: string;
  /**
   * Version 2: the machine's own cgroup, the root of its cgroup namespace (cgroup_namespaces(7)). runc enables every
   * controller from the root down that it sees; without the namespace that would be the computer's, for good.
   * Empty on version 1.
   */
  namespaceRoot: string;
  /** For `dockerd --cgroup-parent`, as the engine sees the tree. */
  containersParent: string;
}

/** Version 2 has one tree with its controllers at the root; a hybrid layout counts as 1, since its controllers are there. */
export function cgroupVersion(): 1 | 2 {
  return existsSync(join(root, 'cgroup.controllers')) ? 2 : 1;
}

/**
 * Makes the cgroups of one machine. Version 2: a subtree with the controllers that the computer hands out at its root,
 * where nothing is changed; the machine's own processes stand in a leaf of it, as inner cgroups may hold none.
 */
export async function ensureCgroup(labId: string, machine: string): Promise<CgroupPlace> {
  const own = `swarmlab/${labId}/${machine}`;
  if (cgroupVersion() === 2) {
    await mkdir(join(root, own, 'machine'), { recursive: true });
    for (const path of [join(root, 'swarmlab'), join(root, 'swarmlab', labId)]) await enableControllers(path);
    const namespaceRoot = join(root, own);
    return {
      version: 2,
      procsFile: join(namespaceRoot, 'machine/cgroup.procs'),
      namespaceRoot,
      containersParent: '/containers',
    };
  }
  const hierarchy = ['pids', 'freezer', 'systemd', 'memory'].find((name) => existsSync(join(root, name, 'tasks')));
  const place = { version: 1, namespaceRoot: '', containersParent: `/${own}` } as const;
  if (hierarchy === undefined) return { ...place, procsFile: '' };
  const path = join(root, hierarchy, own);
  await mkdir(path, { recursive: true });
  return { ...place, procsFile: join(path, 'cgroup.procs') };
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
