import { describe, expect, it } from 'vitest';
import { diffDocumentSchema } from '../../src/report/diff-schema.ts';
import { renderDiff } from '../../src/report/diff-terminal.ts';
import { compareResults, verbOfResult } from '../../src/verdict/diff.ts';
import type { Comparison } from '../../src/verdict/diff-types.ts';
import type { PredictDocument, PredictedProbe } from '../../src/verdict/predict-types.ts';
import type { RunDocument, StepResult } from '../../src/verdict/run-types.ts';
import { probeDocument } from '../report/probe-documents.ts';
import { actionStep, experiment, probeStep, runDocument, skippedExperiment } from '../report/run-documents.ts';

type Foretold = PredictedProbe['expected'];

const rule = { id: 'bridge.default.no-dns', sentence: 'the default bridge has no DNS', reference: 'there' };

/** What was foretold of a run that has just been written down: what its tables say, but for some cells. */
function foretold(run: RunDocument, words: Readonly<Record<string, Foretold>> = {}): PredictDocument {
  const experiments = run.experiments.map(({ id, title, skipped, steps }) => ({
    ...{ id, title, skipped },
    steps: steps.map(({ title, because, see, kind, line, probes }) => ({
      ...{ title, because, see, kind, line },
      probes: probes.map(({ from, to, by, protocol, port, expected }): PredictedProbe => {
        const stated = expected ?? 'any';
        const word = words[`${from} -> ${to} ${protocol}`] ?? words[`${from} -> ${to}`];
        const expectedWord = word ?? (stated === 'any' ? 'reached' : stated);
        return { from, to, by, protocol, port, expected: expectedWord, rule, stated, agrees: true };
      }),
    })),
  }));
  return {
    schema: 'swarmlab/predict@1',
    ...{ lab: run.lab, provider: run.provider, engines: run.engines, asked: true, experiments, durationMs: 1 },
    totals: { experiments: 0, probes: 0, agree: 0, disagree: 0, undecided: 0, skipped: 0 },
  };
}

function compare(a: PredictDocument | RunDocument, b: PredictDocument | RunDocument): Comparison {
  const found = compareResults(a, b);
  if (found === null) throw new Error('they cannot be compared');
  return found;
}

function show(a: PredictDocument | RunDocument, b: PredictDocument | RunDocument): string {
  const side = (file: string, document: typeof a) => ({
    ...{ file, verb: verbOfResult(document), lab: document.lab, provider: document.provider },
    engines: document.engines.map(({ address: _address, ...engine }) => engine),
  });
  const document = {
    schema: 'swarmlab/diff@1' as const,
    ...{ a: side('predict.json', a), b: side('run.json', b), ...compare(a, b), durationMs: 3 },
  };
  expect(diffDocumentSchema.parse(document)).toEqual(document);
  return renderDiff(document, { width: 80, color: false });
}

const table = '    a b lan\na yes no-name yes\nb no yes yes';
const ask = (twists: Parameters<typeof probeStep>[3] = {}): StepResult => probeStep('Ask', 'name', table, twists);
const one = (...steps: readonly StepResult[]) => runDocument([experiment('one', steps)]);

describe('what was foretold beside what was measured', () => {
  it('differs nowhere where all came out as foretold', () => {
    const run = one(actionStep('Connect', {}), ask());
    const { kind, differences, totals } = compare(foretold(run), run);
    expect({ kind, differences }).toEqual({ kind: 'prediction', differences: [] });
    expect(totals).toMatchObject({ subjects: 1, probes: 18, undecided: 0, notMeasured: 0 });
    expect(show(foretold(run), run)).toMatch(
      /^No difference in 18 probes of 1 experiment\.\nA {2}predict\.json: foretold, netns/,
    );
  });

  it.each([
    ['no-name', 'reached', 'differs'],
    // One class of reachability, and yet not what was foretold.
    ['no-name', 'servfail', 'differs'],
    ['not-reached', 'unreachable', 'same'],
    ['not-reached', 'refused', 'differs'],
    ['no-resolver', 'servfail', 'same'],
    ['name-timeout', 'name-timeout', 'same'],
    ['undecided', 'reached', 'undecided'],
    ['undecided', 'not-measured', 'not measured'],
    ['reached', 'not-measured', 'not measured'],
  ] as const)('of %s, seen %s: %s', (said, outcome, comes) => {
    const run = one(ask({ 'a -> b': { udp: { outcome } } }));
    const predicted = foretold(run, { 'a -> b udp': said });
    const { differences, totals, undecided } = compare(predicted, run);
    expect(differences.length).toBe(comes === 'differs' ? 1 : 0);
    expect(totals.differences).toBe(differences.length);
    expect(totals.undecided).toBe(comes === 'undecided' ? 1 : 0);
    expect(undecided.length).toBe(totals.undecided);
    expect(totals.notMeasured).toBe(comes === 'not measured' ? 1 : 0);
    expect(totals.probes).toBe(comes === 'differs' || comes === 'same' ? 18 : 17);
    expect(compare(run, predicted).totals).toEqual(totals);
  });

  it('says which rule was wrong, and what came instead', () => {
    const run = one(ask({ 'a -> b': { outcome: 'reached' }, 'b -> a': { tcp: { outcome: 'refused' } } }));
    expect(compare(foretold(run), run).differences).toMatchObject([
      {
        kind: 'foretold',
        ...{ subject: 'one', step: { index: 1, title: 'Ask' }, from: 'a', to: 'b', by: 'name', port: null },
        protocols: [
          { protocol: 'icmp', a: 'no-name', b: 'reached', rules: { a: rule.id, b: null } },
          { protocol: 'tcp' },
          { protocol: 'udp' },
        ],
      },
      { from: 'b', to: 'a', protocols: [{ protocol: 'tcp', a: 'not-reached', b: 'refused' }] },
    ]);
    const shown = show(foretold(run), run);
    expect(shown).toMatch(/^2 differences, in one\.\n/);
    expect(shown).toMatch(/a -> b by name \(bridge\.default\.no-dns\) +no name +reached/);
    expect(shown).toMatch(/b -> a by name, tcp \(bridge\.default\.no-dns\) +not reached +refused/);
  });

  it('counts and names what is undecided', () => {
    const run = one(ask());
    const predicted = foretold(run, { 'a -> b': 'undecided', 'b -> b icmp': 'undecided' });
    expect(compare(predicted, run)).toMatchObject({ differences: [], totals: { undecided: 4, probes: 14 } });
    const shown = show(predicted, run);
    expect(shown).toMatch(/^No difference in 14 probes of 1 experiment\.\n/);
    expect(shown).toContain('4 probes undecided by the model.');
    expect(shown.replace(/\s+/g, ' ')).toContain(
      'Undecided, bridge.default.no-dns (the default bridge has no DNS): one 1. a -> b by name; one 1. b -> b by name.',
    );
  });

  it('tells of experiments that were skipped, or not measured, that they say nothing', () => {
    const failure = { code: 'run.failed', message: 'no space left', hint: null };
    const run = runDocument([
      skippedExperiment('no-kernel', 'ipvlan'),
      skippedExperiment('no-kernel-either', 'ipvlan'),
      experiment('broken', [ask()], { failure, verdict: 'not-measured' }),
      experiment('halfway', [
        ask(),
        actionStep('Disconnect', { verdict: 'not-measured', detail: 'the engine is gone' }),
        actionStep('Ask again', { kind: 'probe', verdict: 'not-measured' }),
      ]),
    ]);
    const predicted = foretold(run);
    const { differences, notCompared, totals } = compare(predicted, run);
    expect(differences).toEqual([]);
    expect(totals).toMatchObject({ subjects: 0, probes: 18 });
    expect(notCompared).toEqual([
      { names: ['no-kernel', 'no-kernel-either'], cause: 'skipped', sentence: 'kernel of m1 lacks ipvlan' },
      { names: ['broken'], cause: 'failed', sentence: 'no space left' },
      { names: ['halfway'], cause: 'step-failed', sentence: '"Disconnect": the engine is gone' },
    ]);
    expect(show(predicted, run)).toContain('Skipped no-kernel and no-kernel-either: kernel of m1 lacks ipvlan.');
  });

  it('tells what one of them has alone', () => {
    const run = one(ask());
    const more = runDocument([
      experiment('one', [ask(), probeStep('More', 'ip', '  a\na yes')]),
      experiment('two', []),
    ]);
    expect(compare(foretold(more), run).differences).toMatchObject([
      { kind: 'missing', what: 'step', subject: 'one', names: ['2. More'], in: 'a' },
      { kind: 'missing', what: 'experiment', names: ['two'], in: 'a' },
    ]);
  });

  it('compares what is foretold of two engines, word by word', () => {
    const run = one(ask());
    const [old, later] = [foretold(run), foretold(run, { 'a -> b': 'servfail', 'b -> b': 'undecided' })];
    expect(compare(old, later).differences).toMatchObject([
      { from: 'a', to: 'b', protocols: [{ a: 'no-name', b: 'servfail', rules: { a: rule.id, b: rule.id } }, {}, {}] },
      { from: 'b', to: 'b', protocols: [{ a: 'reached', b: 'undecided' }, {}, {}] },
    ]);
    expect(compare(later, later)).toMatchObject({ differences: [], totals: { undecided: 3, probes: 15 } });
  });

  it('is nothing that results of other verbs could be held against', () => {
    expect(compareResults(foretold(one()), probeDocument())).toBeNull();
  });
});
