import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import { letterNodes } from '../../src/experiment/build/letters.ts';
import type { Experiment } from '../../src/experiment/language/definition.ts';
import { parseExperiment } from '../../src/experiment/language/parse.ts';
import { predictExperiment } from '../../src/model/experiment.ts';
import type { Circumstance } from '../../src/model/start.ts';
import { planLab } from '../../src/plan/plan-lab.ts';
import { isWithin } from '../../src/verdict/experiment.ts';

const folder = new URL('../../experiments/', import.meta.url);
const experiments = readdirSync(folder).map(
  (file): Experiment => parseExperiment(readFileSync(new URL(file, folder), 'utf8'), `experiments/${file}`),
);

function lab({ ownLab }: Experiment, engineVersion: string, forwardPolicy: string): Circumstance {
  const config = resolveConfig({});
  const { managers = 1, workers = 2, outsiders = 1 } = ownLab ?? {};
  const plan = planLab({ ...config, provider: 'netns', nodes: { kind: 'counts', managers, workers, outsiders } });
  const nodes = letterNodes(plan);
  const facts = new Map(
    [...nodes.values()].map(({ name }) => [name, { engineVersion, kernel: '6.1.0', forwardPolicy }]),
  );
  return { plan, nodes, facts };
}

/** Around every version that the catalogue or a rule names. */
const versions = ['20.10.24', '23.0.1', '24.0.7', '25.0.0', '26.1.5', '27.5.1', '28.5.2'];

describe('what the catalogue states is what the model says', () => {
  for (const experiment of experiments) {
    it(experiment.id, () => {
      const disagreements: string[] = [];
      for (const version of versions) {
        for (const policy of ['DROP', 'ACCEPT']) {
          for (const { step, cells } of predictExperiment(experiment, lab(experiment, version, policy))) {
            for (const { cell, probes } of cells) {
              for (const { question, prediction } of probes) {
                if (isWithin(prediction.expected, cell.expected)) continue;
                disagreements.push(
                  `${version} ${policy} "${step.title}" ${cell.from} -> ${cell.to} by ${question.by} ${question.protocol}: ` +
                    `stated ${cell.expected}, foretold ${prediction.expected} (${prediction.rule.id})`,
                );
              }
            }
          }
        }
      }
      expect(disagreements).toEqual([]);
    });
  }
});
