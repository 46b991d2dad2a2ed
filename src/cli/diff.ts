import path from 'node:path';
import { type ExitStatus, exitStatus, type LabError, type Problem, wrongInput } from '../core/errors.ts';
import type { ReadResult } from '../report/read-result.ts';
import type { ResultDocument } from '../verdict/diff.ts';
import type { DiffDocument, DiffSide } from '../verdict/diff-types.ts';
import { type Answer, type Invocation, type Verb, wordOf } from './verb.ts';

const describe = 'a result, as scope, run, probe or predict --json prints it';

export const diff: Verb = {
  name: 'diff',
  summary: 'where two results differ',
  about:
    'Shows where two results of scope, run or probe differ in what was measured, and nothing else; ' +
    'of predict and run, where what came out is not what was foretold. ' +
    'Exit status 0: nowhere; 1: somewhere; 2: they cannot be compared; ' +
    '3: of what was foretold, not all was measured. Needs no lab.',
  words: [
    { name: 'a', kind: 'file', describe, number: 'one' },
    { name: 'b', kind: 'file', describe: 'another of the same kind, or of run beside predict', number: 'one' },
  ],
  options: {},
  examples: [
    ['scope --json --output before.json', 'the one'],
    ['scope --json --output after.json', 'the other, after a change'],
    ['diff before.json after.json', 'what the change did'],
    ['diff predict.json run.json', 'whether all came out as foretold'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<Answer> {
  const startedAt = performance.now();
  const [{ readResult }, { compareResults, verbOfResult }, { renderDiff }, { lookOf }] = await Promise.all([
    import('../report/read-result.ts'),
    import('../verdict/diff.ts'),
    import('../report/diff-terminal.ts'),
    import('./terminal.ts'),
  ]);
  const files = [wordOf(invocation, 'a'), wordOf(invocation, 'b')] as const;
  const read = (file: string) => readResult(path.resolve(invocation.io.cwd, file), file);
  const [a, b] = await Promise.all([read(files[0]), read(files[1])]);
  if (a.kind === 'wrong' || b.kind === 'wrong') throw wrongFiles([a, b]);
  const comparison = compareResults(a.document, b.document);
  if (comparison === null) {
    const message = `${files[0]} is a ${verbOfResult(a.document)} result and ${files[1]} a ${verbOfResult(b.document)} result`;
    throw wrongInput('diff.two-kinds', message, [], 'compare two of one kind, or predict with run');
  }
  const document: DiffDocument = {
    schema: 'swarmlab/diff@1',
    a: sideOf(files[0], a.document, verbOfResult(a.document)),
    b: sideOf(files[1], b.document, verbOfResult(b.document)),
    ...comparison,
    durationMs: Math.round(performance.now() - startedAt),
  };
  return { exitStatus: statusOf(document), text: renderDiff(document, lookOf(invocation)), document };
}

/** A prediction that could not be held against a measurement is neither right nor wrong. */
function statusOf({ kind, differences, totals, notCompared }: DiffDocument): ExitStatus {
  if (differences.length > 0) return exitStatus.finding;
  const unmeasured = totals.notMeasured > 0 || notCompared.some(({ cause }) => cause !== 'skipped');
  return kind === 'prediction' && unmeasured ? exitStatus.couldNotBeDone : exitStatus.asExpected;
}

/** All that is wrong with both; a single thing is the error itself. */
function wrongFiles(read: readonly ReadResult[]): LabError {
  const problems = read.flatMap((one): readonly Problem[] => (one.kind === 'wrong' ? one.problems : []));
  const [first] = problems;
  if (problems.length === 1 && first !== undefined) return wrongInput(first.code, first.message, problems, first.hint);
  return wrongInput('result.invalid', `the results have ${problems.length} problems`, problems);
}

function sideOf(file: string, { lab, provider, engines }: ResultDocument, verb: DiffSide['verb']): DiffSide {
  const facts = engines.map(({ node, role, engine, kernel, forwardPolicy }) => ({
    node,
    role,
    engine,
    kernel,
    forwardPolicy,
  }));
  return { file, verb, lab, provider, engines: facts };
}
