import { LabError, messageOf } from '../core/errors.ts';
import { changeHolds, machineOf, undoChange } from '../fault/change.ts';
import { describeFault } from '../fault/describe.ts';
import type { Ground } from '../fault/ground.ts';
import type { FaultRecord } from '../fault/types.ts';
import type { OpenLab } from './open.ts';

/** Done is not in force until the machine says so. */
export async function refuseWithoutEffect(record: FaultRecord, ground: Ground): Promise<void> {
  if ((await isInForce(record, ground)) !== false) return;
  throw new LabError({
    code: 'fault.no-effect',
    message: `it was done, and is not in force: ${describeFault(record.fault)}`,
    hint: 'something on the node took it back at once; what had been changed was undone',
  });
}

/** Whether all of it is, as the machines say now; null where none of them can say. */
export async function isInForce({ changes }: FaultRecord, ground: Ground): Promise<boolean | null> {
  const held = await Promise.all(
    changes.map(async (change) => {
      const machine = machineOf(change);
      // None of it outlives its machine.
      if (machine !== null && !ground.connections.has(machine)) return false;
      return changeHolds(change, ground).catch((error: unknown) => {
        ground.signal.throwIfAborted();
        ground.awaiting(messageOf(error));
        return null;
      });
    }),
  );
  if (held.includes(false)) return false;
  return held.includes(true) ? true : null;
}

/** All of it that can be, from the end; what failed. */
export async function takeBack(
  { changes }: FaultRecord,
  { provider }: OpenLab,
  ground: Ground,
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const change of changes.toReversed()) {
    const machine = machineOf(change);
    const isOut = machine !== null && !ground.connections.has(machine);
    // Processes are gone or not. A virtual machine may be silent only, and a member is one until it leaves.
    const isGone = isOut && provider.kind === 'netns' && (await provider.state(machine)) === 'missing';
    if (isGone && change.kind !== 'membership') continue;
    try {
      await undoChange(change, ground);
    } catch (error) {
      ground.signal.throwIfAborted();
      failures.push(error);
    }
  }
  return failures;
}

/** Throws with all of what could not be taken back. */
export function refuseLeft(failures: readonly unknown[]): void {
  const [first] = failures;
  if (failures.length < 2) {
    if (first !== undefined) throw first;
    return;
  }
  throw new LabError({
    code: 'fault.not-cleared',
    message: `${failures.length} changes could not be taken back`,
    hint: 'swarmlab fault clear tries again; swarmlab down removes the lab with them',
    problems: failures.map((failure) => ({
      code: failure instanceof LabError ? failure.code : 'fault.not-cleared',
      message: messageOf(failure),
    })),
  });
}
