import type { LabPlan } from './types.ts';

/**
 * How many containers or networks one engine is asked for at once. Creating them is bound by the kernel's namespace locks
 * and by CPU: on two cores 2 at once were faster than 8. A machine of one processor does one after the other sooner than
 * all together, and its swarm has the time to give each its place on an overlay (an engine waits 20 s for that).
 */
export function creationsAtOnce({ vagrant }: Pick<LabPlan, 'vagrant'>): number {
  return vagrant === null ? 3 : Math.min(3, vagrant.cpus);
}

/**
 * How many containers or networks all engines together are asked for at once, where they share one computer with so many
 * processors: 20 engines with 3 each on two cores are slower than with 8 in all, and overlay places come too late.
 */
export function creationsOnMachine({ vagrant }: Pick<LabPlan, 'vagrant'>, processors: number): number {
  return vagrant === null ? Math.max(8, 4 * processors) : Number.POSITIVE_INFINITY;
}

/**
 * How many experiments run side by side. Two cores carry four: most of a run is waiting for what does not answer. A
 * machine of one processor takes them one by one.
 */
export function experimentsAtOnce({ vagrant }: Pick<LabPlan, 'vagrant'>): number {
  return vagrant === null ? 4 : Math.min(4, vagrant.cpus);
}
