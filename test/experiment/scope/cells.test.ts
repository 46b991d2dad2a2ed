import { expect, it } from 'vitest';
import { planCells, planGaps } from '../../../src/experiment/scope/cells.ts';
import { chooseSites } from '../../../src/experiment/scope/sites.ts';
import { type DriverId, driverIds } from '../../../src/experiment/types.ts';
import { labPlan } from '../lab-fixture.ts';

const sites = chooseSites(labPlan());

/** `out:` then `in:`, each ring with the ways it is asked: i by IP, n by name. */
function shape(driver: DriverId, at = sites): string {
  const cells = planCells(driver, at);
  return (['out', 'in'] as const)
    .map((direction) => {
      const asked = new Map<string, string>();
      for (const { question } of cells) {
        if (question.direction === direction)
          asked.set(question.ring, (asked.get(question.ring) ?? '') + question.by.slice(0, 1));
      }
      return `${direction}: ${[...asked].map(([ring, by]) => `${ring} ${by}`).join(', ')}`;
    })
    .join(' | ');
}

const outward = 'out: self in, sibling in, node in, peer in, peer-node in, lan in, world in';

it.each<[DriverId, string]>([
  ['bridge-default', `${outward} | in: sibling in, node i, peer in, peer-node i, lan i`],
  ['container', `${outward} | in: sibling in, node i, peer in, peer-node i, lan i`],
  ['overlay', `${outward} | in: sibling in, node i, peer in, peer-node i, lan i`],
  ['macvlan', `${outward} | in: sibling in, node i, peer in, peer-node i, lan i, world i`],
  ['ipvlan-l3', `${outward} | in: sibling in, node i, peer in, peer-node i, lan i, world i`],
  [
    'host',
    'out: self in, node in, peer in, peer-node in, lan in, world in | in: node i, peer in, peer-node i, lan i, world i',
  ],
  ['none', 'out: self in, sibling n, node in, peer n, peer-node in, lan in, world in | in: '],
])('%s has the cells that mean something', (driver, expected) => {
  expect(shape(driver)).toBe(expected);
});

it('asks nothing across hosts in a lab of one engine, and says why', () => {
  const alone = chooseSites(labPlan({ workers: 0, outsiders: 0 }));
  for (const driver of driverIds) expect(shape(driver, alone)).not.toMatch(/peer|lan/);
  expect(planGaps(alone).map(({ rings }) => rings)).toEqual([['peer', 'peer-node'], ['lan']]);
  expect(planGaps(sites)).toEqual([]);
});
