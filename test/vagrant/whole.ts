import { expect } from 'vitest';
import type { StatusDocument } from '../../src/report/documents.ts';

/** The default lab of virtual machines with all that belongs to it. */
export function expectWhole(document: StatusDocument): void {
  expect(document.nodes.map(({ name, state }) => [name, state])).toEqual([
    ['m1', 'running'],
    ['w1', 'running'],
    ['o1', 'running'],
  ]);
  expect(document.swarm).toMatchObject({ managers: 1, workers: 1 });
  expect(document.ports.length).toBeGreaterThan(0);
  expect(document.ports.filter(({ outcome }) => outcome !== 'reached')).toEqual([]);
}
