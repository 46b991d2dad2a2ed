import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { letterNodes } from '../../src/experiment/build/letters.ts';
import { parseExperiment } from '../../src/experiment/language/parse.ts';
import { predictExperiment } from '../../src/model/experiment.ts';
import { labPlan } from '../experiment/lab-fixture.ts';
import { labOf, optionalFeatures } from './build-lab.mjs';
import { randomLab } from './choices.mjs';
import { compareRun, isUnfinished, missingOf, sumOf, tellingMore, unmeasured } from './compare.mjs';

function lab(engineVersion) {
  const plan = labPlan({ workers: 3 });
  const nodes = letterNodes(plan);
  const facts = new Map(
    [...nodes.values()].map(({ name }) => [name, { engineVersion, kernel: '', forwardPolicy: 'DROP' }]),
  );
  return { plan, nodes, facts };
}

const all = new Set(optionalFeatures);
const read = (choices, features = all) =>
  parseExperiment(JSON.stringify(labOf(choices, 1, features)), 'random-x1.yaml');

describe('a random lab', { timeout: 120_000 }, () => {
  it('is an experiment that can be read, and that the model has an answer for', () => {
    fc.assert(
      fc.property(
        randomLab,
        fc.constantFrom('20.10.24', '25.0.3', '28.1.0'),
        fc.boolean(),
        (choices, version, able) => {
          const experiment = read(choices, able ? all : new Set());
          const probes = predictExperiment(experiment, lab(version)).flatMap(({ cells }) =>
            cells.flatMap((cell) => cell.probes),
          );
          for (const { prediction } of probes) expect(prediction.rule.sentence).not.toBe('');
          // What the model has no rule for at all is none of these.
          expect(
            probes.filter(({ prediction }) => /^(route\.no-rule|target\.unknown)$/.test(prediction.rule.id)),
          ).toEqual([]);
        },
      ),
      { numRuns: 100, seed: 7 },
    );
  });

  it('is the same for the same seed', () => {
    const sample = () => fc.sample(randomLab, { numRuns: 5, seed: 3 }).map((choices) => labOf(choices, 1, all));
    expect(sample()).toEqual(sample());
  });
});

describe('what was measured beside what was foretold', () => {
  const probe = (predicted, outcome) => ({ predicted, outcome, detail: '', rule: { id: 'a.b' } });
  const document = (...probes) => ({
    experiments: [{ id: 'random-x1', failure: null, skipped: null, steps: [{ title: 'Ask', kind: 'probe', probes }] }],
  });

  it('adds up, and counts a lab that gave nothing as failed', () => {
    const [one] = compareRun(document(probe('reached', 'reached'), probe('undecided', 'timeout')));
    expect(sumOf([one, one, unmeasured('random-x2', 'the engine is gone')])).toMatchObject({
      ...{ labs: 3, probes: 4, agree: 2, undecided: 2, differ: 0, failed: 1, decidedShare: 0.5 },
    });
  });

  it('takes a rule for a wrong one where it is told to', () => {
    const seen = document(probe('not-reached', 'timeout'));
    expect(compareRun(seen, { rule: 'a.b', expected: 'reached' })).toMatchObject([
      { agree: 0, differ: [{ predicted: 'reached', outcome: 'timeout' }] },
    ]);
  });

  it('counts what agrees, and names what differs', () => {
    const seen = document(
      probe('not-reached', 'unreachable'),
      probe('no-resolver', 'servfail'),
      probe('reached', 'timeout'),
      probe('undecided', 'reached'),
      probe('reached', 'not-measured'),
    );
    expect(compareRun(seen)).toMatchObject([
      { agree: 2, undecided: 1, notMeasured: 1, failure: null, differ: [{ step: 'Ask', predicted: 'reached' }] },
    ]);
  });

  describe('where something of a lab could not be measured', () => {
    const [whole] = compareRun(document(probe('reached', 'reached')));
    const [lacking] = compareRun(document(probe('reached', 'reached'), probe('reached', 'not-measured')));
    const [differing] = compareRun(document(probe('reached', 'timeout'), probe('reached', 'not-measured')));
    const failed = unmeasured('random-x1', 'the engine is gone');

    it.each([
      ['whole', whole, false, null],
      ['a probe is missing', lacking, true, 'random-x1: 1 probe not measured'],
      ['all of it is missing', failed, true, 'random-x1: not measured whole: the engine is gone'],
      ['something differs too', differing, false, 'random-x1: 1 probe not measured'],
    ])('it is tried again unless something differs (%s)', (_, one, again, missing) => {
      expect([isUnfinished(one), missingOf(one)]).toEqual([again, missing]);
    });

    it.each([
      ['whole at last', failed, whole, whole],
      ['not even as much as before', lacking, failed, lacking],
      ['as much as before', lacking, { ...lacking, agree: 9 }, { ...lacking, agree: 9 }],
      ['less of it', lacking, { ...lacking, notMeasured: 7 }, lacking],
      ['now something differs', lacking, differing, differing],
      ['failed twice', failed, { ...failed, failure: 'again' }, { ...failed, failure: 'again' }],
    ])('the second time counts where it says more: %s', (_, first, second, counted) => {
      expect(tellingMore(first, second)).toEqual(counted);
    });
  });
});
