import type { LabPlan, NodePlan } from '../plan/types.ts';
import type { Attachment, Line } from './types.ts';

/** A container as a fault finds it. */
export interface FaultContainer {
  /** `m1/web` */
  id: string;
  node: string;
  /** Path of its network namespace on the node. */
  namespace: string;
  network: string;
  /** Docker's word for the network's driver. */
  driver: string;
  address: string;
  prefixLength: number;
  /** The interface that has the address, as the namespace calls it. */
  device: string;
}

/** What was looked up before anything is changed. */
export interface FaultFacts {
  plan: LabPlan;
  /** The segment's interface, by node. */
  interfaces: ReadonlyMap<string, string>;
  /** The segment's end of the cable, by node; none where the provider has no hand in the segment. */
  ports: ReadonlyMap<string, string>;
  /** What `ip route show dev INTERFACE` says of a node, without the kernel's own routes. */
  routes: ReadonlyMap<string, readonly string[]>;
  /** Ids of the containers that run, by node. */
  running: ReadonlyMap<string, readonly string[]>;
  /** Where running containers are on overlays, by node. */
  attached: ReadonlyMap<string, readonly Attachment[]>;
  /** By what was typed. */
  containers: ReadonlyMap<string, FaultContainer>;
  /** A Python program that makes an address known on its network: `ADDRESS INTERFACE`. */
  announcer: string;
}

export function interfaceOf({ interfaces }: FaultFacts, node: string): string {
  const found = interfaces.get(node);
  if (found === undefined) throw new Error(`the interface of ${node} was not looked up`);
  return found;
}

/** Where a node's frames come from: itself, its containers on the segment, and those that it routes. */
export function subnetsOf(plan: LabPlan, name: string): readonly string[] {
  const { address, segmentRange, containerPool } = nodeOf(plan, name);
  return [`${address}/32`, segmentRange, containerPool?.subnet].filter((subnet) => typeof subnet === 'string');
}

export function nodeOf(plan: LabPlan, name: string): NodePlan {
  const node = plan.nodes.find((each) => each.name === name);
  if (node === undefined) throw new Error(`the plan has no node ${name}`);
  return node;
}

export function containerOf({ containers }: FaultFacts, id: string): FaultContainer {
  const container = containers.get(id);
  if (container === undefined) throw new Error(`container ${id} was not looked up`);
  return container;
}

export const line = (...argv: readonly string[]): Line => ({ argv });
export const mayFail = (...argv: readonly string[]): Line => ({ argv, mayFail: true });
export const inside = (namespace: string) => ['nsenter', `--net=${namespace}`];
export const shell = (script: string, ...words: readonly string[]) => ['sh', '-c', script, 'sh', ...words];
