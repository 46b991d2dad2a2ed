import { LabError } from '../core/errors.ts';
import { describeFault, nodesOf } from '../fault/describe.ts';
import { readFaults, writeFaults } from '../fault/record.ts';
import type { FaultRecord } from '../fault/types.ts';
import type { FaultStatus } from '../report/documents.ts';
import type { BrokenOnPurpose } from '../verdict/types.ts';
import type { LabContext } from './context.ts';
import { labDir } from './state.ts';

/** What the lab's state folder says, without a look at any machine. */
export async function knownFaults(context: Pick<LabContext, 'stateHome' | 'lab'>): Promise<readonly FaultStatus[]> {
  const records = await readFaults(labDir(context.stateHome, context.lab));
  return records.map((record) => faultStatus(record, null));
}

export function faultStatus({ id, since, fault }: FaultRecord, inForce: boolean | null): FaultStatus {
  const { kind, ...details } = fault;
  return { id, kind, sentence: describeFault(fault), nodes: nodesOf(fault), arguments: details, since, inForce };
}

/** Says, before something is measured or made, what is broken on purpose. */
export async function noteFaults(context: LabContext): Promise<void> {
  const faults = await knownFaults(context);
  if (faults.length === 0) return;
  context.note(`Broken on purpose: ${wordsOf(faults)}. swarmlab fault clear mends it.`);
}

const wordsOf = (faults: readonly FaultStatus[]) => faults.map(({ id, sentence }) => `${id}, ${sentence}`).join('; ');

/** For a document of what was measured meanwhile; empty where nothing is broken. */
export async function brokenOnPurpose(context: LabContext): Promise<{ faults?: readonly BrokenOnPurpose[] }> {
  const faults = await knownFaults(context);
  if (faults.length === 0) return {};
  await noteFaults(context);
  return { faults: faults.map(({ id, kind, sentence }) => ({ id, kind, sentence })) };
}

/** A snapshot of a lab with faults would bring them back when nobody has them on record any more. */
export async function refuseBroken(context: Pick<LabContext, 'stateHome' | 'lab'>): Promise<void> {
  const faults = await knownFaults(context);
  if (faults.length === 0) return;
  throw new LabError({
    code: 'snapshot.broken-on-purpose',
    message: `lab ${context.lab} is broken on purpose, and would be so whenever the snapshot is restored: ${wordsOf(faults)}`,
    hint: `swarmlab fault clear --lab ${context.lab}, then save`,
  });
}

/** Once the machines are as a snapshot had them: no snapshot has a fault in it, so that what is on record is gone. */
export async function forgetFaults(context: Pick<LabContext, 'stateHome' | 'lab' | 'note'>): Promise<void> {
  const faults = await knownFaults(context);
  if (faults.length === 0) return;
  await writeFaults(labDir(context.stateHome, context.lab), []);
  context.note(`No longer broken, since the machines are as the snapshot had them: ${wordsOf(faults)}.`);
}
