import { expect, it } from 'vitest';
import { addressOf, findEnd } from '../../../src/experiment/run/ends.ts';
import { missingNeeds } from '../../../src/experiment/run/needs.ts';
import { takeStep } from '../../../src/experiment/run/steps.ts';
import type { KernelFeature } from '../../../src/experiment/types.ts';
import { judgeStep } from '../../../src/verdict/experiment.ts';
import { type FakeScene, fakeScene, stands } from './fake-scene.ts';

const asking = `
title: t
networks: {red: {}, wide: {driver: overlay, attachable: true}}
containers: {a1: {networks: [red]}, b1: {networks: [red]}}
services: {shop: {replicas: 2, networks: [wide]}}
steps:
  - {title: p, probe: {by: ip, expect: ['a1 -> b1: no', 'b1 -> a1: no', 'a1 -> svc:shop: no']}}
`;

async function verdicts({ scene }: FakeScene) {
  const [step] = scene.experiment.steps;
  if (step === undefined) throw new Error('the test has no step');
  // Whether the tasks run is not waited for.
  scene.unsettled = false;
  const { verdict, cells } = judgeStep(await takeStep(scene, step));
  return { verdict, cells: cells.map((cell) => cell.verdict) };
}

it('never counts a probe from or towards a container that died as one that was kept apart', async () => {
  const fake = fakeScene(asking);
  stands(fake, 'a1', { addresses: { red: { ip: '10.9.0.2', mac: '', gateway: '' } } });
  stands(fake, 'b1', { running: false, exitCode: 137 });
  expect(await verdicts(fake)).toEqual({
    verdict: 'not-measured',
    cells: ['not-measured', 'not-measured', 'not-measured'],
  });
});

it.each<[string, (fake: FakeScene) => void, boolean]>([
  ['though two should run', () => undefined, false],
  [
    'because none should',
    ({ scene }) => {
      const shop = scene.services.get('shop');
      if (shop !== undefined) scene.services.set('shop', { ...shop, definition: { ...shop.definition, replicas: 0 } });
    },
    true,
  ],
  ['with a fault in force', ({ scene }) => void scene.faults.add('drained w1'), true],
])('knows whether a service is meant to have no task that runs: %s', (_what, change, meant) => {
  const fake = fakeScene(asking);
  change(fake);
  expect(findEnd(fake.scene, 'svc:shop')).toMatchObject({ meantToBeAbsent: meant, absent: 'no task of shop runs' });
});

it('aims at the node for who lodges with a container on the host network', () => {
  const fake = fakeScene(`
title: t
containers: {owner: {network: host}, lodger: {network: 'container:owner'}}
steps:
  - {title: p, probe: {by: ip, expect: ['owner -> lodger: yes']}}
`);
  stands(fake, 'owner', { id: 'owner-id', networkMode: 'host', addresses: {} });
  stands(fake, 'lodger', { networkMode: 'container:owner-id', addresses: {} });
  const { address } = fake.scene.bench.nodes.get('A') ?? {};
  expect(addressOf(fake.scene, 'owner', null)).toEqual({ address });
  expect(addressOf(fake.scene, 'lodger', null)).toEqual({ address });
});

const none = { features: new Map(), silent: new Map(), programs: new Set<string>() };
const ofOthers = (when: string, also = '') =>
  fakeScene(`
title: t
networks: {red: {}}
containers: {a1: {networks: [red]}}
steps:
  - {title: p, probe: {by: ip, expect: [{when: ${when}, expect: ['a1 -> a1: yes']}]}}
  - {title: c, when: ${when}, check: [running: {container: a1}]}
  - {title: d, stop: a1}
${also}`);

it.each([
  ["{engine: '>=99'}", '', ['other engines']],
  ['{forward: ACCEPT}', '', ['other engines']],
  ['{provider: vagrant}', '', ['other engines']],
  ['{forward: DROP}', '', []],
  ["{engine: '>=99'}", '  - {title: e, check: [running: {container: a1, equals: false}]}\n', []],
])('skips what asks only under circumstances that are not those: %s%s', (when, also, missing) => {
  const { scene } = ofOthers(when, also);
  expect(missingNeeds(scene.experiment, scene.bench, none).map(({ what }) => what)).toEqual(missing);
});

it('makes no lab for one experiment where that takes virtual machines, and says so', () => {
  const { scene } = fakeScene(`
title: t
lab: {managers: 1}
containers: {a1: {}}
steps: [{title: s, stop: a1}]
`);
  const on = (provider: 'netns' | 'vagrant') =>
    missingNeeds(scene.experiment, { ...scene.bench, plan: { ...scene.bench.plan, provider } }, none);
  expect(on('netns')).toEqual([]);
  expect(on('vagrant')).toMatchObject([{ node: null, what: 'a lab of its own' }]);
});

it.each<[string, readonly KernelFeature[], readonly string[]]>([
  ['20.10.24', ['vxlan', 'esp4', 'xt_u32'], []],
  ['20.10.24', ['vxlan', 'esp4', 'xt_bpf'], []],
  ['20.10.24', ['vxlan', 'esp4'], ['xt_u32']],
  ['24.0.0', ['vxlan', 'esp4', 'xt_u32'], ['xt_bpf']],
  ['20.10.24', ['vxlan', 'xt_u32'], ['esp4']],
])('knows what an encrypted overlay needs of the kernel under engine %s that has %s', (engineVersion, has, missing) => {
  const { scene } = fakeScene(`
title: t
networks: {vault: {driver: overlay, attachable: true, options: {encrypted: ''}}}
containers: {a1: {networks: [vault]}}
steps: [{title: s, stop: a1}]
`);
  const answers = new Map(has.map((feature) => [feature, { works: true, reason: '' }]));
  const facts = new Map([['m1', { engineVersion, kernel: '6.1.0', forwardPolicy: 'DROP' }]]);
  const abilities = { ...none, features: new Map([['m1', answers]]) };
  expect(missingNeeds(scene.experiment, { ...scene.bench, facts }, abilities).map(({ what }) => what)).toEqual(missing);
});
