import { describeFault, nodesOf } from '../fault/describe.ts';
import { readFaults } from '../fault/record.ts';
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
  const which = faults.map(({ id, sentence }) => `${id}, ${sentence}`).join('; ');
  context.note(`Broken on purpose: ${which}. swarmlab fault clear mends it.`);
}

/** For a document of what was measured meanwhile; empty where nothing is broken. */
export async function brokenOnPurpose(context: LabContext): Promise<{ faults?: readonly BrokenOnPurpose[] }> {
  const faults = await knownFaults(context);
  if (faults.length === 0) return {};
  await noteFaults(context);
  return { faults: faults.map(({ id, kind, sentence }) => ({ id, kind, sentence })) };
}
