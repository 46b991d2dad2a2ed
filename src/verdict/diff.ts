import { diffProbe } from './diff-probe.ts';
import { diffRun } from './diff-run.ts';
import { diffScope } from './diff-scope.ts';
import type { Comparison } from './diff-types.ts';
import type { ProbeDocument, RunDocument } from './run-types.ts';
import type { ScopeDocument } from './types.ts';

export type ResultDocument = ScopeDocument | RunDocument | ProbeDocument;

/** `scope`, `run` or `probe`. */
export function kindOfResult({ schema }: Pick<ResultDocument, 'schema'>): Comparison['kind'] {
  return ({ 'swarmlab/scope@1': 'scope', 'swarmlab/run@1': 'run', 'swarmlab/probe@1': 'probe' } as const)[schema];
}

/**
 * Where two results of one kind differ in what was measured, and nothing else: addresses, ids, times, names of labs and
 * texts of kernels are no difference. Null where they are of two kinds. Pure.
 */
export function compareResults(a: ResultDocument, b: ResultDocument): Comparison | null {
  const kind = kindOfResult(a);
  const found = compareSame(a, b);
  if (found === null) return null;
  const lacking = found.differences.filter((difference) => difference.kind === 'missing').length;
  const totals = { ...found.totals, differences: found.differences.length - lacking, missing: lacking };
  return { kind, nodes: [], ...found, totals };
}

function compareSame(
  a: ResultDocument,
  b: ResultDocument,
): (Omit<Comparison, 'kind' | 'nodes'> & Partial<Comparison>) | null {
  if (a.schema === 'swarmlab/scope@1') return b.schema === a.schema ? diffScope(a, b) : null;
  if (a.schema === 'swarmlab/run@1') return b.schema === a.schema ? diffRun(a, b) : null;
  return b.schema === a.schema ? diffProbe(a, b) : null;
}
