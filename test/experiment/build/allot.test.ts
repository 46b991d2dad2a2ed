import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { createAllotment, planAddressesOf } from '../../../src/experiment/build/allot.ts';
import { letterNodes } from '../../../src/experiment/build/letters.ts';
import type { NetworkDefinition } from '../../../src/experiment/language/definition.ts';
import { overlaps, parseSubnet } from '../../../src/plan/ipv4.ts';
import { planLab } from '../../../src/plan/plan-lab.ts';

const plan = planLab(resolveConfig({}));
const letters = letterNodes(plan);
const network = (change: Partial<NetworkDefinition>): NetworkDefinition => ({
  name: 'net',
  driver: 'bridge',
  nodes: ['A', 'B'],
  scope: null,
  subnet: null,
  gateway: null,
  ipRange: null,
  internal: false,
  attachable: false,
  options: {},
  labels: {},
  parent: null,
  configOnly: false,
  configFrom: null,
  ...change,
});

function on(letter: 'A' | 'B', change: Partial<NetworkDefinition>, number = 10) {
  const node = letters.get(letter);
  if (node === undefined) throw new Error(`no node ${letter}`);
  return planAddressesOf(network(change), node, plan, number);
}

describe('createAllotment', () => {
  it('gives no number twice, and gives back what was released', () => {
    const allotment = createAllotment();
    expect([allotment.take('a'), allotment.take('a'), allotment.take('b')]).toEqual([10, 11, 12]);
    allotment.release('a');
    expect([allotment.take('c'), allotment.take('c'), allotment.take('c')]).toEqual([10, 11, 13]);
  });

  it('says so when there is none left', () => {
    const allotment = createAllotment();
    expect(() => {
      for (let taken = 0; taken < 200; taken += 1) allotment.take('a');
    }).toThrow(/subnets/);
  });
});

describe('planAddressesOf', () => {
  it('gives a local network a subnet of its own on each node', () => {
    const [a, b] = [on('A', {}), on('B', {})];
    expect(overlaps(parseSubnet(a?.subnet ?? ''), parseSubnet(b?.subnet ?? ''))).toBe(false);
  });

  it('gives the subnet of the file on each node, with a gateway only where one is asked for', () => {
    expect(on('A', { subnet: '10.0.42.0/24', ipRange: '10.0.42.128/25' })).toEqual({
      subnet: '10.0.42.0/24',
      ipRange: '10.0.42.128/25',
    });
    expect(on('B', { subnet: '10.0.42.0/24', gateway: '10.0.42.1' })).toEqual({
      subnet: '10.0.42.0/24',
      gateway: '10.0.42.1',
    });
  });

  it('gives an overlay one subnet wherever it is asked for', () => {
    expect(on('A', { driver: 'overlay' })).toEqual(on('B', { driver: 'overlay' }));
  });

  it.each([{ kind: 'segment' } as const, { kind: 'vlan', id: 10 } as const])(
    'keeps the ranges of nodes on one wire apart: $kind',
    (parent) => {
      const [a, b] = [on('A', { driver: 'macvlan', parent }), on('B', { driver: 'macvlan', parent })];
      expect(a?.subnet).toBe(b?.subnet);
      expect(overlaps(parseSubnet(a?.ipRange ?? ''), parseSubnet(b?.ipRange ?? ''))).toBe(false);
    },
  );

  it('leaves a network that is made from a template without', () => {
    expect(on('A', { driver: 'macvlan', configFrom: 'template', scope: 'swarm' })).toBeNull();
  });
});

describe('letterNodes', () => {
  it('takes the first manager, then workers, then further managers', () => {
    const three = planLab(resolveConfig({ nodes: { managers: 3, workers: 1, outsiders: 0 } }));
    expect([...letterNodes(three)].map(([letter, { name }]) => `${letter} ${name}`)).toEqual([
      'A m1',
      'B w1',
      'C m2',
      'D m3',
    ]);
  });
});
