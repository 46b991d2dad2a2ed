import type { By, Observation, Outcome, Protocol } from '../probe/types.ts';
import { tellingOutcome } from './judge.ts';
import type { CellVerdict, ProbeDocument, ProbeResult } from './run-types.ts';

/** A probe that was made with nothing expected of it. */
export interface AskedProbe {
  from: string;
  to: string;
  by: By;
  protocol: Protocol;
  target: string;
  reproduce: string | null;
  /** Null where there is none: then it was not measured. */
  observation: Observation | null;
}

/** What was seen, as tables: one for names and one for addresses, where anything was asked. Pure. */
export function probeMatrices(
  asked: readonly AskedProbe[],
  network: string | null,
): Pick<ProbeDocument, 'matrices' | 'probes'> {
  const probes = asked.map(resultOf);
  const matrices = (['name', 'ip'] as const).map((by) => {
    const cells = new Map<string, number[]>();
    probes.forEach((probe, index) => {
      if (probe.by !== by) return;
      const key = JSON.stringify([probe.from, probe.to]);
      cells.set(key, [...(cells.get(key) ?? []), index]);
    });
    return { by, network: by === 'ip' ? network : null, cells: [...cells.values()].map((own) => cellOf(own, probes)) };
  });
  return { matrices: matrices.filter(({ cells }) => cells.length > 0), probes };
}

function resultOf({ observation, ...asked }: AskedProbe): ProbeResult {
  const outcome: Outcome = observation?.outcome ?? 'not-measured';
  return {
    ...asked,
    port: null,
    expected: null,
    outcome,
    detail: observation?.detail ?? 'it was not asked',
    address: observation?.address ?? null,
    responder: observation?.responder ?? null,
    rttMs: observation?.rttMs ?? null,
    attempts: observation?.attempts ?? [],
    verdict: null,
    rule: null,
    cause: null,
  };
}

function cellOf(indexes: readonly number[], probes: readonly ProbeResult[]): CellVerdict {
  const own = indexes.flatMap((index) => probes[index] ?? []);
  const outcome = tellingOutcome(own.map((probe) => probe.outcome));
  const detail = own.find((probe) => probe.outcome === outcome)?.detail ?? '';
  const { from = '', to = '' } = own[0] ?? {};
  return { from, to, expected: null, outcome, verdict: null, detail, line: null, probes: indexes };
}
