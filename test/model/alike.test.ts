import { expect, it } from 'vitest';
import { predictorOf } from '../../src/model/alike.ts';
import { predict } from '../../src/model/predict.ts';
import { crowd } from './crowd.ts';

it.each(['name', 'ip'] as const)('pairs by %s that are alike are said to be what each by itself is', (by) => {
  const world = crowd(60);
  const asked = { by, network: null, name: null, protocol: 'tcp', port: null } as const;
  const predictPair = predictorOf(world, asked);
  const ends = [...world.containers.keys(), 'node:A', 'node:B', 'lan', 'world'];
  const differ: string[] = [];
  const said = new Set<string>();
  for (const from of ends) {
    for (const to of ends) {
      const { expected, rule } = predictPair(from, to);
      said.add(expected);
      if (predict(world, { ...asked, from, to }).rule.id !== rule.id) differ.push(`${from} -> ${to}`);
    }
  }
  expect(differ).toEqual([]);
  expect(said.size).toBeGreaterThan(2);
});
