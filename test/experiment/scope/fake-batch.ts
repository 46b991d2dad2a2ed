import type { RunBatch } from '../../../src/experiment/scope/run-batch.ts';
import type { Observation, Outcome, Place, Probe } from '../../../src/probe/types.ts';

export interface BatchSeen {
  places: readonly Place[];
  probes: readonly Probe[];
}

/** A batch that sees what `outcomeOf` says, and remembers what it was asked. */
export function fakeBatch(outcomeOf: (probe: Probe) => Outcome): { runBatch: RunBatch; batches: BatchSeen[] } {
  const batches: BatchSeen[] = [];
  const runBatch: RunBatch = async ({ places, probes }) => {
    batches.push({ places, probes });
    return {
      observations: new Map(probes.map((probe) => [probe.id, observation(probe, outcomeOf(probe))])),
      notes: [],
    };
  };
  return { runBatch, batches };
}

function observation(probe: Probe, outcome: Outcome): Observation {
  const rttMs = outcome === 'reached' ? 0.2 : null;
  const detail = outcome === 'reached' ? '' : `seen: ${outcome}`;
  return {
    probeId: probe.id,
    outcome,
    detail,
    address: probe.aim.by === 'ip' ? probe.aim.address : null,
    responder: null,
    rttMs,
    attempts: [{ outcome, detail, rttMs }],
  };
}
