import { expect, it } from 'vitest';
import { settle } from '../../../src/experiment/run/settle.ts';
import { type FakeScene, fakeScene, stands } from './fake-scene.ts';

function unsettled(): FakeScene & { awaited: string[] } {
  const fake = fakeScene(`
title: t
networks: {wide: {driver: overlay, attachable: true}}
services: {shop: {replicas: 1, networks: [wide]}}
steps:
  - {title: w, wait: {tasks: {service: shop, running: 1}}}
`);
  const awaited: string[] = [];
  fake.scene.unsettled = true;
  fake.scene.awaiting = (what) => awaited.push(what);
  return { ...fake, awaited };
}

const task = { id: '1', nodeId: 'id-m1', state: 'running', desiredState: 'running', containerId: 'c-1', error: '' };

it('waits until as many tasks run as the service is to have', async () => {
  const fake = unsettled();
  let looks = 0;
  stands(fake, 'c-1');
  fake.tasks.get = () => {
    looks += 1;
    return looks < 3 ? [{ ...task, state: 'preparing', error: 'no such image' }] : [task];
  };
  await settle(fake.scene);
  expect(fake.awaited[0]).toBe('0 of 1 tasks of shop run (no such image)');
  expect(fake.scene.services.get('shop')?.tasks.map(({ name }) => name)).toEqual(['c-1']);
  expect(fake.scene.unsettled).toBe(false);
});

it('looks once and waits for nothing while a fault is in force: the experiment has waits of its own', async () => {
  const fake = unsettled();
  fake.scene.faults.add('lost w1');
  await settle(fake.scene);
  expect(fake.awaited).toEqual([]);
  expect(fake.scene.unsettled).toBe(true);
});

it('looks once where nothing changed', async () => {
  const fake = unsettled();
  fake.scene.unsettled = false;
  await settle(fake.scene);
  expect(fake.awaited).toEqual([]);
});

it('ends when it is interrupted', async () => {
  const fake = unsettled();
  const controller = new AbortController();
  fake.scene.signal = controller.signal;
  fake.scene.awaiting = () => controller.abort(new Error('interrupted'));
  await expect(settle(fake.scene)).rejects.toThrow('interrupted');
});
