import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import { letterNodes } from '../../src/experiment/build/letters.ts';
import { parseExperiment } from '../../src/experiment/language/parse.ts';
import { predictExperiment } from '../../src/model/experiment.ts';
import { planLab } from '../../src/plan/plan-lab.ts';
import { labOf } from './build-lab.mjs';
import { randomLab } from './choices.mjs';
import { findSmallest, reduceFile } from './smallest.mjs';

const seed = 5;
const count = 200;
const fileOf = (choices) => labOf(choices, 1);

function foretold(file) {
  const nodesOf = { kind: 'counts', managers: 1, workers: 3, outsiders: 1 };
  const plan = planLab({ ...resolveConfig({}), provider: 'netns', nodes: nodesOf });
  const nodes = letterNodes(plan);
  const engine = { engineVersion: '20.10.24', kernel: '', forwardPolicy: 'DROP' };
  const facts = new Map([...nodes.values()].map(({ name }) => [name, engine]));
  const experiment = parseExperiment(JSON.stringify(file), 'random.yaml');
  return predictExperiment(experiment, { plan, nodes, facts }).flatMap(({ step, cells }) =>
    cells.flatMap(({ probes }) =>
      probes.map(({ question, prediction }) => ({ step: step.title, question, prediction })),
    ),
  );
}

/** Engines that do as the model says, beside a model whose one rule says the contrary. */
function wrongRule(id, predicted, outcome) {
  let measurements = 0;
  return {
    count: () => measurements,
    async speaks(file, rule) {
      try {
        return foretold(file).some(({ prediction }) => prediction.rule.id === rule);
      } catch {
        return false;
      }
    },
    async measure(file) {
      measurements += 1;
      return foretold(file)
        .filter(({ prediction }) => prediction.rule.id === id)
        .map(({ step, question, prediction }) => ({ ...question, step, rule: prediction.rule, predicted, outcome }));
    },
  };
}

async function firstWith(engines, pretended) {
  const samples = fc.sample(randomLab, { seed, numRuns: count });
  for (const [number, choices] of samples.entries())
    if (await engines.speaks(fileOf(choices), pretended)) return { number, choices };
  throw new Error(`none of ${count} labs asks ${pretended}`);
}

describe('the smallest lab that disagrees', { timeout: 120_000 }, () => {
  it.each([
    ['icc.off', 'reached', 'timeout', { networks: 1, containers: 2, steps: 1 }],
    ['overlay.needs-4789', 'reached', 'timeout', { networks: 1, containers: 2, steps: 2 }],
    ['stopped.nobody-answers', 'reached', 'timeout', { networks: 1, containers: 2, steps: 2 }],
    ['macvlan.own-host', 'reached', 'timeout', { networks: 1, containers: 1, steps: 1 }],
  ])('of a wrong %s has no more than it takes', async (rule, predicted, outcome, least) => {
    const engines = wrongRule(rule, predicted, outcome);
    const { number, choices } = await firstWith(engines, rule);
    const found = await findSmallest({ arbitrary: randomLab, seed, number, tries: 60, fileOf, ...engines });
    expect(JSON.stringify(found.file).length).toBeLessThanOrEqual(JSON.stringify(fileOf(choices)).length);
    const reduced = await reduceFile(found.file, found.difference, { tries: 60, ...engines });
    expect(engines.count()).toBe(found.measured + reduced.measured);
    const { networks, containers, services, steps } = reduced.file;
    const sizes = [networks, containers, services].map((one) => Object.keys(one).length);
    expect([...sizes, steps.length]).toEqual([least.networks, least.containers, 0, least.steps]);

    const [question, ...others] = foretold(reduced.file);
    expect(others).toEqual([]);
    expect(question.prediction.rule.id).toBe(rule);
    const { probe } = steps.at(-1);
    expect(probe.expect).toEqual([`${question.question.from} -> ${question.question.to}: yes`]);
  });

  it('is none where the lab agrees the second time', async () => {
    const engines = { speaks: async () => true, measure: async () => [] };
    expect(await findSmallest({ arbitrary: randomLab, seed, number: 3, tries: 9, fileOf, ...engines })).toBeNull();
  });
});
