import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors.ts';
import { type Deed, perform } from '../../../src/experiment/run/actions.ts';
import { takeStep } from '../../../src/experiment/run/steps.ts';
import { type FakeScene, fakeScene, stands } from './fake-scene.ts';

/** A scene with one step, and the doing of it. */
function withStep(
  step: string,
): FakeScene & { take(): ReturnType<typeof takeStep>; act(): ReturnType<typeof perform> } {
  const fake = fakeScene(`
title: t
networks: {red: {}, blue: {subnet: 172.20.0.0/24}, wide: {driver: overlay, attachable: true}}
containers: {a1: {networks: [red]}, far: {node: B, networks: [wide]}, later: {networks: [red], start: false}}
services: {shop: {replicas: 2, networks: [wide]}}
steps:
  - {title: s, ${step}}
  - {title: l, create: later}
`);
  stands(fake, 'a1');
  stands(fake, 'far');
  const definition = fake.scene.experiment.steps[0];
  if (definition === undefined) throw new Error('the test has no step');
  return {
    ...fake,
    take: () => takeStep(fake.scene, definition),
    act: () => perform(fake.scene, definition.action as Deed, 1),
  };
}

describe('what is done, and the same by hand', () => {
  it.each([
    ['connect: {container: a1, network: blue}', 'm1 connectContainer blue a1', 'docker network connect blue a1'],
    [
      'connect: {container: a1, network: blue, ip: 172.20.0.9, aliases: [guest, friend]}',
      'm1 connectContainer blue a1',
      'docker network connect --ip 172.20.0.9 --alias guest --alias friend blue a1',
    ],
    ['disconnect: {container: a1, network: red}', 'm1 disconnectContainer red a1', 'docker network disconnect red a1'],
    ['stop: a1', 'm1 stopContainer a1', 'docker stop a1'],
    ['start: far', 'w1 startContainer far', 'docker start far'],
    ['restart: a1', 'm1 restartContainer a1', 'docker restart a1'],
    ['remove: a1', 'm1 removeContainer a1', 'docker rm -f a1'],
    ['scale: {service: shop, replicas: 1}', 'm1 scaleService shop 1', 'docker service scale shop=1'],
    ['leave: B', 'w1 leaveSwarm', 'docker swarm leave --force'],
    ['drain: B', 'm1 updateSwarmNode id-w1 {"availability":"drain"}', 'docker node update --availability drain w1'],
    ['promote: C', 'm1 updateSwarmNode id-w2 {"role":"manager"}', 'docker node promote w2'],
  ])('%s', async (step, done, byHand) => {
    const fake = withStep(step);
    const { commands } = await fake.act();
    expect(fake.done).toEqual([done]);
    expect(commands).toEqual([expect.stringMatching(new RegExp(`^swarmlab exec (m1|w1) ${byHand}$`))]);
  });
});

describe('what a step leaves for those after it', () => {
  it('is that a stopped container is meant to be down, and a started one is not', async () => {
    const fake = withStep('stop: a1');
    await fake.act();
    expect(fake.scene.containers.get('a1')?.meantToBeDown).toBe(true);
    await perform(fake.scene, { kind: 'start', container: 'a1' }, 1);
    expect(fake.scene.containers.get('a1')?.meantToBeDown).toBe(false);
  });

  it('is how many tasks a service is to have', async () => {
    const fake = withStep('scale: {service: shop, replicas: 5}');
    await fake.act();
    expect(fake.scene.services.get('shop')?.definition.replicas).toBe(5);
    expect(fake.scene.unsettled).toBe(true);
  });

  it('is a fault for a node that left', async () => {
    const fake = withStep('leave: B');
    await fake.act();
    expect([...fake.scene.faults]).toEqual(['left w1']);
  });

  it('is a route to take away, also one of which the machine said that it failed', async () => {
    const fake = withStep('route: {node: lan, to: {network: red, node: A}, via: A}');
    fake.networks.set('red', {
      id: 'n',
      name: 'red',
      driver: 'bridge',
      scope: 'local',
      options: {},
      labels: {},
      subnets: ['10.1.2.0/24'],
    });
    await expect(fake.act()).rejects.toThrow('o1 took no route to 10.1.2.0/24 via 192.168.56.11');
    expect(fake.scene.routes).toEqual([{ machine: 'o1', subnet: '10.1.2.0/24' }]);
  });
});

describe('a step that does not come out', () => {
  it('is failed where the engine refuses what it should do, and says why', async () => {
    const fake = withStep('stop: a1');
    fake.refusals.set('m1 stopContainer a1', new LabError({ code: 'engine.refused', message: 'no such container' }));
    expect(await fake.take()).toMatchObject({ state: 'failed', detail: 'no such container' });
  });

  it('connects once more where the engine only gave up waiting for the managers', async () => {
    const fake = withStep('connect: {container: a1, network: blue}');
    const late = new LabError({ code: 'engine.refused', message: 'attaching to network failed: deadline exceeded' });
    fake.refusals.set('m1 connectContainer blue a1', late);
    setTimeout(() => fake.refusals.clear(), 100);
    expect(await fake.take()).toMatchObject({ state: 'done' });
    expect(fake.done).toEqual(['m1 disconnectContainer blue a1', 'm1 connectContainer blue a1']);
  });

  it('connects twice and no more while a fault is in force', async () => {
    const fake = withStep('connect: {container: a1, network: blue}');
    fake.scene.faults.add('lost w1');
    const late = new LabError({ code: 'engine.refused', message: 'attaching to network failed: deadline exceeded' });
    fake.refusals.set('m1 connectContainer blue a1', late);
    expect(await fake.take()).toMatchObject({ state: 'failed', detail: late.message });
    expect(fake.done).toEqual(['m1 disconnectContainer blue a1']);
  });

  const refused = 'refused: {connect: {container: a1, network: blue}, matches: "not attachable"}';

  it('is unlike where the engine does what it should refuse', async () => {
    expect(await withStep(refused).take()).toMatchObject({ state: 'unlike' });
  });

  it.each<[string, LabError, string]>([
    ['with the message', new LabError({ code: 'engine.refused', message: 'network blue is not attachable' }), 'done'],
    ['with another message', new LabError({ code: 'engine.refused', message: 'no such network' }), 'unlike'],
    ['by no engine', new LabError({ code: 'engine.unreachable', message: 'not attachable, it seems' }), 'failed'],
  ])('refused %s', async (_what, error, state) => {
    const fake = withStep(refused);
    fake.refusals.set('m1 connectContainer blue a1', error);
    expect(await fake.take()).toMatchObject({ state, detail: expect.stringContaining(error.message) });
  });
});
