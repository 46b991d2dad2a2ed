import type { HaltDocument, SnapshotDocument } from './documents.ts';
import { count, list } from './words.ts';

export function renderHalt({ lab, halted }: HaltDocument): string {
  if (halted.length === 0) return `Lab ${lab} did not run: nothing to stop.\n`;
  return `Lab ${lab} is stopped: ${list(halted)}. swarmlab up --lab ${lab} starts it again.\n`;
}

export function renderSnapshots({ lab, snapshots }: SnapshotDocument): string {
  if (snapshots.length === 0) return `Lab ${lab} has no snapshot. swarmlab snapshot save NAME makes one.\n`;
  return `Lab ${lab} has ${count(snapshots.length, 'snapshot')}: ${list(snapshots)}.\n`;
}
