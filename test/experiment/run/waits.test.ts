import { describe, expect, it } from 'vitest';
import { awaitCondition } from '../../../src/experiment/run/waits.ts';
import type { ContainerView } from '../../../src/fabric/engine-port.ts';
import { type FakeScene, fakeScene, stands, swarmNode } from './fake-scene.ts';

function withWait(condition: string): FakeScene & { wait(timeoutMs?: number): Promise<string> } {
  const fake = fakeScene(`
title: t
networks: {wide: {driver: overlay, attachable: true}}
containers: {a1: {networks: [wide]}, far: {node: B, networks: [wide]}}
services: {shop: {replicas: 2, networks: [wide]}}
steps:
  - {title: w, wait: {${condition}}}
`);
  const action = fake.scene.experiment.steps[0]?.action;
  if (action?.kind !== 'wait') throw new Error('the step of the test is no wait');
  return { ...fake, wait: (timeoutMs = 0) => awaitCondition(fake.scene, { ...action, timeoutMs }) };
}

describe('a wait', () => {
  it('ends as soon as the condition holds, and says what was seen', async () => {
    const fake = withWait('running: {container: a1, equals: false}');
    let looks = 0;
    stands(fake, 'a1');
    const get = fake.views.get.bind(fake.views);
    fake.views.get = (name): ContainerView | undefined => {
      const view = get(name);
      if (name !== 'a1' || view === undefined) return view;
      looks += 1;
      return { ...view, running: looks < 3 };
    };
    expect(await fake.wait(60_000)).toMatch(/^after .* s: it does not run$/);
    expect(looks).toBe(3);
  });

  it('that never holds says what was seen last', async () => {
    const fake = withWait('running: {container: a1}');
    await expect(fake.wait()).rejects.toThrow('waiting for a1 to run: it does not run');
  });

  it('for tasks counts those that run where an engine has their container', async () => {
    const fake = withWait('tasks: {service: shop, running: 1}');
    const task = (id: string, nodeId: string, state: string) => {
      return { id, nodeId, state, desiredState: 'running', containerId: `c-${id}`, error: '' };
    };
    fake.tasks.set('shop', [
      task('1', 'id-w1', 'running'),
      task('2', 'id-w2', 'running'),
      task('3', 'id-w2', 'starting'),
    ]);
    stands(fake, 'c-1');
    expect(await fake.wait()).toContain('1 run');
  });

  it.each([
    ['ready', swarmNode('w1'), true],
    ['down', swarmNode('w1', { state: 'down' }), true],
    ['drain', swarmNode('w1', { availability: 'drain' }), true],
    ['down', swarmNode('w1'), false],
  ])('for a node to be %s', async (equals, node, holds) => {
    const fake = withWait(`nodeState: {node: B, equals: ${equals}}`);
    fake.swarmNodes.splice(1, 1, node);
    const came = await fake.wait().then(
      () => true,
      () => false,
    );
    expect(came).toBe(holds);
  });

  it('for a node that left an entry behind looks at the one that lives', async () => {
    const fake = withWait('nodeState: {node: B, equals: ready}');
    fake.swarmNodes.unshift(swarmNode('w1', { id: 'old', state: 'down' }));
    expect(await fake.wait()).toContain('ready');
  });
});

describe('a wait of which nothing could be measured', () => {
  it.each([
    'name: {from: a1, name: far, answers: false}',
    'reached: {from: a1, to: far, equals: false}',
    'reached: {from: a1, to: far, by: name, equals: false}',
  ])('%s does not hold: nobody was asked', async (condition) => {
    const fake = withWait(condition);
    const on = (ip: string) => ({ addresses: { wide: { ip, mac: '', gateway: '' } } });
    stands(fake, 'a1', on('10.9.0.2'));
    stands(fake, 'far', on('10.9.0.3'));
    await expect(fake.wait()).rejects.toThrow('not-measured');
  });
});
