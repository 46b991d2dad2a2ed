import type { Protocol } from '../../probe/types.ts';
import type { Bench } from '../build/bench.ts';
import { execLine, probeByHand } from '../by-hand.ts';
import type { EndState } from './ends.ts';

/** A line for the machine that swarmlab runs on: a command on one machine of the lab. */
export function onMachine(bench: Bench, machine: string, argv: readonly string[]): string {
  return execLine(bench.plan.lab, machine, argv);
}

/** The line that asks the same as a probe did, by hand; null where there is none. */
export function askByHand(
  bench: Bench,
  from: EndState,
  { protocol, port, target }: { protocol: Protocol; port: number | null; target: string | null },
): string | null {
  if (from.machine === null) return null;
  const asker = { machine: from.machine, container: from.actor?.name ?? null };
  return probeByHand(bench.plan.lab, asker, protocol, target, port);
}
