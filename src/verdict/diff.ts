import { diffForetold } from './diff-foretold.ts';
import { diffProbe } from './diff-probe.ts';
import { diffRun } from './diff-run.ts';
import { diffScope } from './diff-scope.ts';
import type { Comparison, DiffSide, MeasuredDiff } from './diff-types.ts';
import type { PredictDocument } from './predict-types.ts';
import type { ProbeDocument, RunDocument } from './run-types.ts';
import type { ScopeDocument } from './types.ts';

export type ResultDocument = ScopeDocument | RunDocument | ProbeDocument | PredictDocument;

const verbs = {
  'swarmlab/scope@1': 'scope',
  'swarmlab/run@1': 'run',
  'swarmlab/probe@1': 'probe',
  'swarmlab/predict@1': 'predict',
} as const satisfies Readonly<Record<ResultDocument['schema'], DiffSide['verb']>>;

/** The verb that printed a document. */
export function verbOfResult({ schema }: Pick<ResultDocument, 'schema'>): DiffSide['verb'] {
  return verbs[schema];
}

/**
 * Where two results of one kind differ in what was measured, and nothing else: addresses, ids, times, names of labs and
 * texts of kernels are no difference. What was foretold compares with what was measured, and with what is foretold of other
 * engines. Null where the two cannot be compared. Pure.
 */
export function compareResults(a: ResultDocument, b: ResultDocument): Comparison | null {
  const found = compareSame(a, b);
  if (found === null) return null;
  const lacking = found.differences.filter((difference) => difference.kind === 'missing').length;
  const totals = {
    ...{ undecided: 0 },
    ...found.totals,
    differences: found.differences.length - lacking,
    missing: lacking,
  };
  return { nodes: [], undecided: [], notCompared: [], ...found, totals };
}

type Found = Pick<Comparison, 'kind'> & MeasuredDiff & Partial<Omit<Comparison, 'totals'>>;

function compareSame(a: ResultDocument, b: ResultDocument): Found | null {
  if (a.schema === 'swarmlab/predict@1' || b.schema === 'swarmlab/predict@1')
    return isOfExperiments(a) && isOfExperiments(b) ? { kind: 'prediction', ...diffForetold(a, b) } : null;
  if (a.schema === 'swarmlab/scope@1') return b.schema === a.schema ? { kind: 'scope', ...diffScope(a, b) } : null;
  if (a.schema === 'swarmlab/run@1') return b.schema === a.schema ? { kind: 'run', ...diffRun(a, b) } : null;
  return b.schema === a.schema ? { kind: 'probe', ...diffProbe(a, b) } : null;
}

function isOfExperiments(document: ResultDocument): document is RunDocument | PredictDocument {
  return document.schema === 'swarmlab/run@1' || document.schema === 'swarmlab/predict@1';
}
