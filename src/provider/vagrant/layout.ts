import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabPlan, NodePlan } from '../../plan/types.ts';

/** The port of a VM at which the SSH server of its `world` listens. */
export const worldSshPort = 2222;

/** The folder in which `vagrant` runs for a lab: its Vagrantfile, its plan, and what Vagrant keeps. */
export function vagrantDir(stateDir: string): string {
  return join(stateDir, 'vagrant');
}

/** What Vagrant remembers of the lab's machines (VAGRANT_DOTFILE_PATH). */
export function dotfileDir(stateDir: string): string {
  return join(vagrantDir(stateDir), '.vagrant');
}

/** A file of the package, from the sources and from `dist` alike. */
export function packageFile(name: string): string {
  return fileURLToPath(new URL(`../../../${name}`, import.meta.url));
}

/**
 * What the names of a lab's VMs begin with in VirtualBox and libvirt: the mark by which they are found again. Two labs of
 * one name in two state folders must not meet, so it holds a digest of the folder.
 */
export function titlePrefix(lab: string, stateDir: string): string {
  return `swarmlab-${createHash('sha256').update(stateDir).digest('hex').slice(0, 10)}-${lab}-`;
}

/** The node that is gateway, DNS and world for the others: the first outsider; the plan sees to it that there is one. */
export function gatewayNode(plan: Pick<LabPlan, 'nodes'>): NodePlan {
  const outsider = plan.nodes.find(({ role }) => role === 'outsider');
  if (outsider === undefined) throw new Error('the plan has no outsider');
  return outsider;
}

/** The VM that a machine of the lab is in: the world is in its gateway's. */
export function vmOf(plan: Pick<LabPlan, 'nodes' | 'world'>, machine: string): string {
  return machine === plan.world.name ? gatewayNode(plan).name : machine;
}
