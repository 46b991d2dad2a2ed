import { expect, it } from 'vitest';
import { planFixture } from '../../../src/experiment/scope/fixtures.ts';
import { chooseSites } from '../../../src/experiment/scope/sites.ts';
import { driverIds } from '../../../src/experiment/types.ts';
import { labPlan } from '../lab-fixture.ts';

const plan = labPlan();
const sites = chooseSites(plan);
const fixtures = driverIds.map((driver) => planFixture(driver, plan, sites));

it('stands on the first manager, the first worker and the outsider', () => {
  expect([sites.home.name, sites.peer?.name, sites.outsider?.name]).toEqual(['m1', 'w1', 'o1']);
});

it('refuses a lab without a manager', () => {
  const without = { ...plan, nodes: plan.nodes.filter(({ role }) => role !== 'manager') };
  expect(() => chooseSites(without)).toThrow(expect.objectContaining({ code: 'scope.no-manager' }));
});

it('gives every container of the lab a name of its own', () => {
  const names = fixtures.flatMap(({ containers }) => containers.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('macvlan-a');
});

it('gives every network its own addresses and a gateway; only networks on the segment share it', () => {
  const specs = fixtures.flatMap(({ networks }) => networks.map(({ spec }) => spec));
  for (const { ipam } of specs) expect(ipam?.gateway).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  const routed = specs.map(({ ipam }) => ipam?.subnet).filter((subnet) => subnet !== plan.segment.subnet);
  expect(new Set(routed).size).toBe(routed.length);
});

it('labels every network with the lab and the driver', () => {
  for (const { driver, networks } of fixtures) {
    for (const { spec } of networks)
      expect(spec.labels).toEqual({ 'swarmlab.lab': 'default', 'swarmlab.scope': driver });
  }
});

it('gives macvlan networks of one name disjoint ranges of the segment, and no parent before the node was asked', () => {
  const networks = fixtures.find(({ driver }) => driver === 'macvlan')?.networks ?? [];
  expect(networks.map(({ node, onParent }) => [node, onParent])).toEqual([
    ['m1', true],
    ['w1', true],
  ]);
  expect(new Set(networks.map(({ spec }) => spec.name)).size).toBe(1);
  expect(new Set(networks.map(({ spec }) => spec.ipam?.ipRange)).size).toBe(2);
  expect(networks.every(({ spec }) => !('parent' in spec.options))).toBe(true);
});

it('makes an overlay once, on the manager, attachable', () => {
  const overlay = fixtures.find(({ driver }) => driver === 'overlay-encrypted');
  expect(overlay?.networks).toHaveLength(1);
  expect(overlay?.networks[0]).toMatchObject({
    node: 'm1',
    spec: { scope: 'swarm', attachable: true, options: { encrypted: '' } },
  });
});

it('lets the subject of container: move in with its origin', () => {
  const fixture = fixtures.find(({ driver }) => driver === 'container');
  const subject = fixture?.containers.find(({ part }) => part === 'subject');
  expect(subject).toMatchObject({ network: 'container:container-origin', joins: 'origin' });
  expect(fixture?.network).toBeNull();
});

it('puts nothing on another node in a lab of one engine', () => {
  const one = labPlan({ workers: 0 });
  const nodes = driverIds.flatMap((driver) =>
    planFixture(driver, one, chooseSites(one)).containers.map(({ node }) => node),
  );
  expect(new Set(nodes)).toEqual(new Set(['m1']));
});
