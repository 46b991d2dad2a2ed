import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabPlan, NodePlan } from '../../plan/types.ts';

/** What a machine of this provider is made for; provision/netns/machine-init.sh acts on it. */
export type MachineKind = 'engine' | 'plain' | 'router' | 'segment' | 'world';

export interface Machine {
  name: string;
  kind: MachineKind;
  /** Null for the machines that the plan does not name. */
  node: NodePlan | null;
}

export const segmentMachine = 'segment';
export const gatewayMachine = 'gateway';

/** The variable that marks every process of a lab; its value is the lab's state folder. */
export const markVariable = 'SWARMLAB_MARK';

/** All machines of a lab, the segment first: the others are plugged into it. */
export function machinesOf(plan: LabPlan): readonly Machine[] {
  return [
    { name: segmentMachine, kind: 'segment', node: null },
    { name: gatewayMachine, kind: 'router', node: null },
    { name: plan.world.name, kind: 'world', node: null },
    ...plan.nodes.map((node): Machine => ({ name: node.name, kind: node.containerPool ? 'engine' : 'plain', node })),
  ];
}

/** Two labs of one name in two state folders must not meet: the cgroup's name holds a digest of the folder. */
export function labId(lab: string, stateDir: string): string {
  return `${lab}-${createHash('sha256').update(stateDir).digest('hex').slice(0, 10)}`;
}

export function machineDir(stateDir: string, machine: string): string {
  return join(stateDir, 'machines', machine);
}

/** A script of provision/netns, from the sources and from the package alike. */
export function provisionScript(name: string): string {
  return fileURLToPath(new URL(`../../../provision/netns/${name}`, import.meta.url));
}
