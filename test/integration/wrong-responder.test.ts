import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeConnection } from '../../src/fabric/connection.ts';
import { builtInImage } from '../../src/image/ensure-image.ts';
import { connectMachine } from '../../src/lab.ts';
import { runProbes } from '../../src/probe/run-probes.ts';
import type { Aim, Place, Probe, Protocol } from '../../src/probe/types.ts';
import { createSwarmlab, type Swarmlab } from './swarmlab.ts';

const subnet = '172.30.0.0/24';
const nodes = ['m1', 'w1'] as const;

/** Bridges of two nodes with one subnet: each node's first container has the address that the other node's has. */
describe('two bridges with the same subnet on two nodes', () => {
  let swarmlab: Swarmlab;
  const connections = new Map<string, NodeConnection>();
  const places: Place[] = [];
  const signal = new AbortController().signal;

  beforeAll(async () => {
    swarmlab = await createSwarmlab();
    await swarmlab.json(0, 'up', '--workers', '1', '--outsiders', '0');
    for (const node of nodes) {
      const connection = await connectMachine(swarmlab.context(swarmlab.lab), node);
      connections.set(node, connection);
      const { engine } = connection;
      await engine.createNetwork(
        {
          name: 'twin',
          driver: 'bridge',
          ipam: { subnet, gateway: '172.30.0.1' },
          options: {},
          scope: 'local',
          labels: {},
        },
        signal,
      );
      for (const name of ['first', 'second']) {
        await engine.createContainer(
          { name, image: builtInImage, command: ['tail', '-f', '/dev/null'], network: 'twin', labels: {} },
          signal,
        );
        await engine.startContainer(name, signal);
        const view = await engine.inspectContainer(name, signal);
        if (view === null) throw new Error(`${name} is gone`);
        expect(view.addresses.twin?.ip).toBe(name === 'first' ? '172.30.0.2' : '172.30.0.3');
        places.push({
          id: `${node}/${name}`,
          machine: node,
          namespacePath: view.sandboxKey,
          hostsPath: view.hostsPath,
          resolvConfPath: view.resolvConfPath,
        });
      }
    }
  });
  afterAll(async () => {
    for (const connection of connections.values()) await connection[Symbol.asyncDispose]();
    await swarmlab[Symbol.asyncDispose]();
  });

  const protocols: readonly Protocol[] = ['icmp', 'tcp', 'udp'];
  const measure = async (from: string, to: string, aim: Aim) => {
    const probes = protocols.map((protocol, id): Probe => ({ id, from, to, aim, protocol, port: null }));
    const run = await runProbes({ connections, places, probes, signal, timeoutMs: 30_000 });
    return probes.map(({ id }) => run.observations.get(id));
  };

  it('an address that the sender itself has: the sender answers, and that is not the peer', async () => {
    const seen = await measure('m1/first', 'w1/first', { by: 'ip', address: '172.30.0.2' });
    expect(seen.map((one) => one?.outcome)).toEqual(['wrong-responder', 'wrong-responder', 'wrong-responder']);
    expect(seen.map((one) => one?.responder)).toEqual(['m1/first', 'm1/first', 'm1/first']);
  });

  it("an address that the sender's neighbour has: the neighbour answers, and that is not the peer", async () => {
    const seen = await measure('m1/first', 'w1/second', { by: 'ip', address: '172.30.0.3' });
    expect(seen.map((one) => one?.outcome)).toEqual(['wrong-responder', 'wrong-responder', 'wrong-responder']);
    expect(seen.map((one) => one?.responder)).toEqual(['m1/second', 'm1/second', 'm1/second']);
  });

  it('the same by name, since both nodes have a container of that name', async () => {
    const seen = await measure('m1/first', 'w1/second', { by: 'name', name: 'second' });
    expect(seen.map((one) => one?.outcome)).toEqual(['wrong-responder', 'wrong-responder', 'wrong-responder']);
  });

  it('the neighbour that is meant is reached', async () => {
    const seen = await measure('m1/first', 'm1/second', { by: 'ip', address: '172.30.0.3' });
    expect(seen.map((one) => one?.outcome)).toEqual(['reached', 'reached', 'reached']);
  });
});
