import type { Bench } from '../build/bench.ts';
import { attemptEach, removeMade, throwFirst, type Undoing } from '../build/undo.ts';
import { clearFaults } from './faults.ts';
import { restoreMembership } from './membership.ts';

export interface Restoration {
  /** Whose things are removed; null: those of all experiments. */
  experiment: string | null;
  /** Blocked ports, lost nodes and routes, of whichever experiment: they carry no name. */
  faults: boolean;
  membership: boolean;
  /** There is a moment left: everything is begun at once. */
  hurried: boolean;
}

/**
 * The lab as it was before an experiment. Ports open first, so that the swarm can heal; then its members, because a network
 * stays in use by the tasks of a node that left until the swarm forgets that node; then what was made. Each part is tried
 * whatever became of the others; throws with what stays.
 */
export async function restoreLab(
  bench: Bench,
  { experiment, faults, membership, hurried }: Restoration,
  signal: AbortSignal,
  undoing: Undoing,
): Promise<void> {
  const failures = await attemptEach(signal, async (attempt) => {
    if (faults) await attempt(() => clearFaults(bench, signal));
    const members = () =>
      membership ? attempt(() => restoreMembership(bench, signal, undoing.awaiting)) : Promise.resolve();
    const made = () => attempt(() => removeMade(bench, experiment, signal, undoing));
    if (hurried) await Promise.all([members(), made()]);
    else {
      await members();
      await made();
    }
  });
  throwFirst(failures);
}
