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
 * How many experiments run side by side. Two cores carry four: most of a run is waiting for what does not answer. A
 * machine of one processor takes them one by one.
 */
export function experimentsAtOnce({ vagrant }: Pick<LabPlan, 'vagrant'>): number {
  return vagrant === null ? 4 : Math.min(4, vagrant.cpus);
}
