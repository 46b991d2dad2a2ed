import { expect, it } from 'vitest';
import { restoreLab } from '../../../src/experiment/run/restore.ts';
import { type FakeScene, fakeScene, stands, swarmNode } from './fake-scene.ts';

const everything = { experiment: null, faults: false, membership: true, hurried: false };

function left(): FakeScene {
  const fake = fakeScene('title: t\ncontainers: {a1: {}}\nsteps: [{title: s, stop: a1}]\n');
  stands(fake, 'a1');
  return fake;
}

const restore = ({ scene }: FakeScene, what = everything) =>
  restoreLab(scene.bench, what, AbortSignal.timeout(10_000), {
    awaiting: () => undefined,
    progressed: () => undefined,
  });

it('forgets a node that left and joined anew before it removes the networks that its tasks hold', async () => {
  const fake = left();
  // It still looks alive: nobody has missed its heartbeat yet.
  fake.swarmNodes.push(swarmNode('w1', { id: 'old-w1' }));
  await restore(fake);
  expect(fake.done).toEqual(expect.arrayContaining(['m1 removeSwarmNode old-w1', 'm1 removeContainer id-a1']));
  expect(fake.done.indexOf('m1 removeSwarmNode old-w1')).toBeLessThan(fake.done.indexOf('m1 removeContainer id-a1'));
});

it('demotes what was a manager before it forgets it', async () => {
  const fake = left();
  fake.swarmNodes.push(swarmNode('w1', { id: 'old-w1', role: 'manager' }));
  await restore(fake);
  expect(fake.done.slice(0, 2)).toEqual(['m1 updateSwarmNode old-w1 {"role":"worker"}', 'm1 removeSwarmNode old-w1']);
});

it('removes what was made although the members could not be restored, and says what failed', async () => {
  const fake = left();
  fake.swarmNodes.push(swarmNode('w1', { id: 'old-w1' }));
  fake.refusals.set('m1 removeSwarmNode old-w1', new Error('not today'));
  await expect(restore(fake)).rejects.toThrow('not today');
  expect(fake.done).toContain('w2 removeContainer id-a1');
});

it('removes what is on the other nodes although the engine of one does not answer', async () => {
  const fake = left();
  const silent = fake.scene.bench.connections.get('w1');
  if (silent !== undefined) Object.assign(silent.engine, { info: () => Promise.reject(new Error('w1 is silent')) });
  await expect(restore(fake, { ...everything, membership: false })).rejects.toThrow('w1 is silent');
  expect(fake.done).toEqual(['m1 removeContainer id-a1', 'w2 removeContainer id-a1']);
});
