import { describe, expect, it } from 'vitest';
import { type DriverId, driverIds } from '../../src/experiment/types.ts';
import { surprisesOf } from '../../src/verdict/surprises.ts';
import type { DriverResult } from '../../src/verdict/types.ts';
import { type DocumentOptions, scopeDocument } from '../report/scope-documents.ts';

function row(id: DriverId, options: DocumentOptions = {}): DriverResult {
  const found = scopeDocument(options).drivers.find((driver) => driver.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}

const machines = ['node', 'peer-node', 'lan', 'world'];

describe('reach', () => {
  it.each<[DriverId, string, string, string[], string[], string[]]>([
    ['bridge-default', 'sibling', 'none', ['self', 'sibling', ...machines], ['sibling', 'node'], ['peer']],
    ['bridge-user', 'sibling', 'sibling', ['self', 'sibling', ...machines], ['sibling', 'node'], ['peer']],
    [
      'host',
      'peer',
      'none',
      ['self', 'node', 'peer', 'peer-node', 'lan', 'world'],
      ['node', 'peer', 'peer-node', 'lan', 'world'],
      [],
    ],
    ['none', 'self', 'none', ['self'], [], []],
    [
      'macvlan',
      'peer',
      'sibling',
      ['self', 'sibling', 'peer', 'peer-node', 'lan', 'world'],
      ['sibling', 'peer', 'peer-node', 'lan', 'world'],
      ['node'],
    ],
    [
      'overlay',
      'peer',
      'peer',
      ['self', 'sibling', 'node', 'peer', 'peer-node', 'lan', 'world'],
      ['sibling', 'peer'],
      ['node'],
    ],
  ])('%s: by IP %s, by name %s', (id, containersByIp, containersByName, out, inward, gaps) => {
    expect(row(id).reach).toEqual({ containersByIp, containersByName, out, in: inward, gaps });
  });

  it('is unknown where it was not measured or skipped, and never none', () => {
    const unmeasured = row('overlay', { twist: () => ({ outcome: 'not-measured', detail: 'no agent' }) });
    expect(unmeasured.reach).toEqual({ containersByIp: null, containersByName: null, out: [], in: [], gaps: [] });
    expect(row('overlay', { skipped: { overlay: 'vxlan' } }).reach).toEqual(unmeasured.reach);
  });

  it('does not take the nearer ring for the farthest where the farther one was not measured', () => {
    const twist: DocumentOptions['twist'] = ({ ring }) =>
      ring === 'peer' ? { outcome: 'not-measured', detail: 'no agent on w1' } : null;
    expect(row('bridge-user', { twist }).reach.containersByIp).toBeNull();
  });
});

describe('sentence', () => {
  it.each<[DriverId, string]>([
    [
      'macvlan',
      'Docker calls this macvlan network\'s scope "local". Measured, its containers reach each other by name and by IP on the same node, and by IP only across nodes. They reach other hosts, the LAN and the world, but not the host that they run on, because the kernel keeps a macvlan parent and its children apart. They are reached from other hosts, the LAN and the world, but not from the host that they run on.',
    ],
    [
      'none',
      'Docker calls this "none" network\'s scope "local". Measured, its containers do not reach each other. They reach no machine.',
    ],
    [
      'overlay',
      'Docker calls this overlay network\'s scope "swarm". Measured, its containers reach each other by name and by IP, on the same node and across nodes. They reach the host that they run on, other hosts, the LAN and the world. No machine reaches them at their own address.',
    ],
  ])('%s', (id, sentence) => {
    expect(row(id).sentence).toBe(sentence);
  });

  it('gives no reason for what the rule does not explain', () => {
    const twist: DocumentOptions['twist'] = ({ ring, direction }) =>
      ring === 'node' && direction === 'out' ? { outcome: 'one-way', detail: 'arrived' } : null;
    expect(row('macvlan', { twist }).sentence).not.toContain('because');
  });

  it('says what was not measured, and why', () => {
    const twist: DocumentOptions['twist'] = () => ({
      outcome: 'not-measured',
      detail: 'already using parent interface eth1',
    });
    expect(row('macvlan', { twist }).sentence).toBe('Not measured: already using parent interface eth1');
  });
});

it('finds surprising what crosses a declared scope, and a node that is farther than the LAN', () => {
  const kinds = driverIds.map((id) => [id, surprisesOf(row(id)).map(({ kind, direction }) => `${kind} ${direction}`)]);
  expect(Object.fromEntries(kinds)).toEqual({
    'bridge-default': [],
    'bridge-user': [],
    host: [],
    none: [],
    container: [],
    macvlan: ['crosses-hosts out', 'open-to-the-lan in', 'own-node-apart out', 'own-node-apart in'],
    'ipvlan-l2': ['crosses-hosts out', 'open-to-the-lan in', 'own-node-apart out', 'own-node-apart in'],
    'ipvlan-l3': ['crosses-hosts out', 'open-to-the-lan in'],
    overlay: [],
    'overlay-encrypted': [],
  });
});

it('counts drivers, which add up, and probes', () => {
  const { totals, drivers } = scopeDocument({ skipped: { overlay: 'vxlan' } });
  expect(totals).toMatchObject({ asExpected: 9, differs: 0, notMeasured: 0, skipped: 1 });
  expect(totals.asExpected + totals.differs + totals.notMeasured + totals.skipped).toBe(drivers.length);
  expect(totals.probes % 3).toBe(0);
  expect(totals.probes).toBeGreaterThan(400);
});
