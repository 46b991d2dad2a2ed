import type { Connections } from '../../fabric/connection.ts';
import type { Observation, Place, Probe } from '../../probe/types.ts';

/** Runs one batch of probes, every one of them once, and says what was seen of each. The probe room has the real one. */
export type RunBatch = (batch: {
  connections: Connections;
  places: readonly Place[];
  probes: readonly Probe[];
  signal: AbortSignal;
  timeoutMs: number;
}) => Promise<{ observations: ReadonlyMap<number, Observation>; notes: readonly string[] }>;
