import { expect, it } from 'vitest';
import { parseKernelFeatures } from '../../src/experiment/features.ts';
import { parentInterface } from '../../src/experiment/parent-interface.ts';
import { missingFeatures, requiredFeatures } from '../../src/experiment/requirements.ts';
import { planFixture } from '../../src/experiment/scope/fixtures.ts';
import { chooseSites } from '../../src/experiment/scope/sites.ts';
import { planWaves } from '../../src/experiment/scope/waves.ts';
import { driverIds } from '../../src/experiment/types.ts';
import { labPlan } from './lab-fixture.ts';

/** As a kernel without modules printed it. */
const printed = `macvlan yes
ipvlan no Error: Unknown device type.
vxlan yes
esp4 no Error: Requested AEAD algorithm not found.
xt_u32 yes
xt_bpf no iptables: No chain/target/match by that name.
something else
ip_vs no /proc/net/ip_vs is not there
`;

it('reads what the node prints, with its reasons', () => {
  const answers = parseKernelFeatures(printed);
  expect(answers.get('macvlan')).toEqual({ works: true, reason: '' });
  expect(answers.get('ipvlan')).toEqual({ works: false, reason: 'Unknown device type.' });
  expect(answers.size).toBe(7);
});

it.each([
  ['20.10.23+dfsg1', ['xt_u32']],
  ['20.10.24+dfsg1', ['xt_u32', 'xt_bpf']],
  ['23.0.1', ['xt_u32']],
  ['23.0.6', ['xt_u32', 'xt_bpf']],
  ['24.0.0', ['xt_bpf']],
  ['28.5.2', ['xt_bpf']],
])('engine %s matches what to encrypt with %j', (version, group) => {
  expect(requiredFeatures('overlay-encrypted', version)).toEqual([['vxlan'], ['esp4'], group]);
});

it('names what is missing, on each node of the fixture that misses it', () => {
  const plan = labPlan();
  const fixture = planFixture('overlay-encrypted', plan, chooseSites(plan));
  const lacking = parseKernelFeatures(printed);
  const whole = parseKernelFeatures(printed.replaceAll(/ no .*/g, ' yes'));
  const versions = new Map([
    ['m1', '24.0.0'],
    ['w1', '24.0.0'],
  ]);
  const missing = missingFeatures(
    fixture,
    new Map([
      ['m1', whole],
      ['w1', lacking],
    ]),
    versions,
  );
  expect(missing.map(({ node, feature }) => `${node} ${feature}`)).toEqual(['w1 esp4', 'w1 xt_bpf']);
  expect(missing[0]?.reason).toBe('Requested AEAD algorithm not found.');
});

it('finds the parent by its address, whatever it is called', () => {
  const json = JSON.stringify([
    { ifname: 'lo', addr_info: [{ local: '127.0.0.1' }] },
    { ifname: 'enp0s8', addr_info: [{ local: '10.0.2.15' }, { local: '192.168.56.11' }] },
  ]);
  expect(parentInterface(json, '192.168.56.11')).toBe('enp0s8');
  expect(parentInterface(json, '192.168.56.1')).toBeNull();
  expect(parentInterface('not json', '192.168.56.1')).toBeNull();
});

it('never lets two networks share a parent, and builds the rest side by side', () => {
  const waves = planWaves(driverIds);
  expect(waves.map((wave) => wave.filter((id) => /vlan/.test(id)))).toEqual([
    ['macvlan'],
    ['ipvlan-l2'],
    ['ipvlan-l3'],
  ]);
  expect(waves.flat().toSorted()).toEqual([...driverIds].toSorted());
  expect(waves[0]).toHaveLength(8);
  expect(planWaves(['ipvlan-l3'])).toEqual([['ipvlan-l3']]);
  expect(planWaves([])).toEqual([]);
});
