import type { DriverId } from '../types.ts';

/** Networks that take the node's interface for themselves. Before engine 27 no two of them may share one. */
const onParent: readonly DriverId[] = ['macvlan', 'ipvlan-l2', 'ipvlan-l3'];

/** Drivers that may stand at the same time; every wave is torn down before the next is built. */
export function planWaves(drivers: readonly DriverId[]): readonly (readonly DriverId[])[] {
  const exclusive = drivers.filter((driver) => onParent.includes(driver));
  const sideBySide = drivers.filter((driver) => !onParent.includes(driver));
  const first = [...sideBySide, ...exclusive.slice(0, 1)];
  return [first, ...exclusive.slice(1).map((driver) => [driver])].filter((wave) => wave.length > 0);
}
