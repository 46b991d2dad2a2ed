import { expect, it } from 'vitest';
import type { ContainerSpec, Engine } from '../../src/fabric/engine-port.ts';
import { runContainer } from '../../src/swarm/run-container.ts';

const spec: ContainerSpec = { name: 'web', image: 'x', command: [], network: 'ov', labels: {} };
const { signal } = new AbortController();

/** An engine whose starts fail with these messages, one after the other, and then succeed. */
function engineFailing(messages: readonly string[]) {
  const calls: string[] = [];
  const failures = [...messages];
  const engine: Pick<Engine, 'createContainer' | 'startContainer' | 'removeContainer'> = {
    createContainer: async () => {
      calls.push('create');
      return 'id';
    },
    startContainer: async () => {
      calls.push('start');
      const failure = failures.shift();
      if (failure !== undefined) throw new Error(failure);
    },
    removeContainer: async () => {
      calls.push('remove');
    },
  };
  return { engine: engine as Engine, calls };
}

it('starts a container once where nothing is wrong', async () => {
  const { engine, calls } = engineFailing([]);
  await runContainer(engine, spec, signal);
  expect(calls).toEqual(['create', 'start']);
});

it('makes it anew where only the attachment was late', async () => {
  const late = 'attaching to network failed, make sure your network options are correct: context deadline exceeded';
  const { engine, calls } = engineFailing([late]);
  await runContainer(engine, spec, signal);
  expect(calls).toEqual(['create', 'start', 'remove', 'create', 'start']);
});

it('does not try again what is wrong for good', async () => {
  const { engine, calls } = engineFailing(['OCI runtime create failed: no such file']);
  await expect(runContainer(engine, spec, signal)).rejects.toThrow('OCI runtime');
  expect(calls).toEqual(['create', 'start']);
});
