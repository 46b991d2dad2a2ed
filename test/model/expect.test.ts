import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/experiment/question.ts';
import { planCells } from '../../src/experiment/scope/cells.ts';
import { chooseSites } from '../../src/experiment/scope/sites.ts';
import { type DriverId, driverIds } from '../../src/experiment/types.ts';
import { expectCell } from '../../src/model/expect.ts';
import type { Circumstances } from '../../src/model/expectation.ts';
import { labPlan } from '../experiment/lab-fixture.ts';

const kernel = '6.1.0';
const dropping: Circumstances = facts('20.10.24+dfsg1', 'DROP');

function facts(engineVersion: string, forwardPolicy: string): Circumstances {
  const node = { engineVersion, kernel, forwardPolicy };
  return { home: node, peer: node };
}

/** `out peer ip` of a driver. */
function said(driver: DriverId, cell: string, circumstances = dropping): string {
  const [direction, ring, by] = cell.split(' ');
  return expectCell({ driver, direction, ring, by } as Question, circumstances).expected;
}

describe('each driver with FORWARD at DROP on 20.10', () => {
  it.each<[DriverId, Record<string, string>]>([
    [
      'bridge-default',
      {
        'out self ip': 'reached',
        'out self name': 'no-name',
        'out sibling ip': 'reached',
        'out sibling name': 'no-name',
      },
    ],
    [
      'bridge-default',
      {
        'out peer ip': 'not-reached',
        'out peer name': 'no-name',
        'in lan ip': 'not-reached',
        'out lan name': 'reached',
      },
    ],
    [
      'bridge-user',
      { 'out sibling name': 'reached', 'out peer name': 'no-name', 'in peer name': 'no-name', 'in node ip': 'reached' },
    ],
    ['bridge-user', { 'out world ip': 'reached', 'in peer-node ip': 'not-reached', 'out node name': 'reached' }],
    ['container', { 'out self name': 'reached', 'in sibling name': 'reached', 'out peer ip': 'not-reached' }],
    [
      'host',
      { 'out self name': 'no-name', 'out peer ip': 'reached', 'out peer name': 'no-name', 'in world ip': 'reached' },
    ],
    ['host', { 'out peer-node name': 'reached', 'in lan ip': 'reached', 'in peer name': 'no-name' }],
    [
      'none',
      {
        'out self ip': 'reached',
        'out self name': 'no-resolver',
        'out node ip': 'not-reached',
        'out world name': 'no-resolver',
      },
    ],
    [
      'macvlan',
      {
        'out node ip': 'not-reached',
        'out node name': 'not-reached',
        'in node ip': 'not-reached',
        'in world ip': 'reached',
      },
    ],
    [
      'macvlan',
      { 'out sibling name': 'reached', 'out peer ip': 'reached', 'out peer name': 'no-name', 'in lan ip': 'reached' },
    ],
    ['ipvlan-l2', { 'out node ip': 'not-reached', 'out peer ip': 'reached', 'in peer-node ip': 'reached' }],
    [
      'ipvlan-l3',
      { 'out peer ip': 'reached', 'out peer name': 'no-name', 'in lan ip': 'reached', 'in world ip': 'reached' },
    ],
    [
      'overlay',
      { 'out peer name': 'reached', 'out peer ip': 'reached', 'in lan ip': 'not-reached', 'in node ip': 'not-reached' },
    ],
    [
      'overlay-encrypted',
      { 'out peer name': 'reached', 'out world name': 'reached', 'in peer-node ip': 'not-reached' },
    ],
  ])('%s', (driver, cells) => {
    expect(Object.fromEntries(Object.keys(cells).map((cell) => [cell, said(driver, cell)]))).toEqual(cells);
  });
});

describe('what is routed to a bridge container that publishes nothing', () => {
  it.each([
    ['20.10.24', 'DROP', 'not-reached', 'bridge.forward-drop'],
    ['20.10.24', 'ACCEPT', 'reached', 'bridge.forward-accept'],
    ['27.5.1', 'ACCEPT', 'reached', 'bridge.forward-accept'],
    ['28.0.0', 'ACCEPT', 'not-reached', 'bridge.direct-routing-closed'],
    ['28.5.2', 'DROP', 'not-reached', 'bridge.direct-routing-closed'],
  ])('engine %s with FORWARD at %s: %s', (version, policy, expected, rule) => {
    const circumstances = facts(version, policy);
    for (const ring of ['lan', 'peer-node', 'peer'] as const) {
      const question: Question = { driver: 'bridge-user', ring, direction: 'in', by: 'ip' };
      expect(expectCell(question, circumstances)).toMatchObject({ expected, rule: { id: rule } });
    }
  });

  it('goes by the policy of the node that the target is on', () => {
    const node = { engineVersion: '20.10.24', kernel };
    const mixed = { home: { ...node, forwardPolicy: 'DROP' }, peer: { ...node, forwardPolicy: 'ACCEPT' } };
    expect(said('bridge-default', 'out peer ip', mixed)).toBe('reached');
    expect(said('bridge-default', 'in peer ip', mixed)).toBe('not-reached');
  });
});

it('has a rule for every cell', () => {
  const sites = chooseSites(labPlan());
  const versions = ['', '20.10.24', '24.0.9', '27.5.1', '28.1.0'];
  const lands = versions.flatMap((version) => ['DROP', 'ACCEPT', 'unknown'].map((policy) => facts(version, policy)));
  for (const circumstances of lands) {
    for (const { question } of driverIds.flatMap((driver) => planCells(driver, sites))) {
      expect(expectCell(question, circumstances).rule.id).not.toBe('');
    }
  }
});
