import { describe, expect, it } from 'vitest';
import type { NodeConnection } from '../../src/fabric/connection.ts';
import type { ContainerView, NetworkView } from '../../src/fabric/engine-port.ts';
import { allAttachments, attachAgain, listAttachments } from '../../src/fault/attachments.ts';

const { signal } = new AbortController();
const id = 'abcdef0123456789';

function network(name: string, driver: string, scope: 'local' | 'swarm'): NetworkView {
  return { id: `id-${name}`, name, driver, scope, options: {}, labels: {}, subnets: [] };
}

function container(name: string, change: Partial<ContainerView> = {}): ContainerView {
  const mesh = { ip: '10.0.1.4', mac: '', gateway: '', aliases: ['web', 'abcdef012345'] };
  return {
    ...{ id, name, running: true, pid: 7, sandboxKey: '', networkMode: 'mesh', hostsPath: '', resolvConfPath: '' },
    labels: {},
    addresses: { mesh, red: { ip: '172.18.0.2', mac: '', gateway: '' } },
    ...change,
  };
}

/** A node in memory. What it refuses, by the beginning of what it is asked for, it refuses that many times. */
function node(views: readonly ContainerView[], refusals: readonly (readonly [asked: string, said: string])[] = []) {
  const asked: string[] = [];
  const left = [...refusals];
  const engine = {
    listNetworks: async () => [network('mesh', 'overlay', 'swarm'), network('red', 'bridge', 'local')],
    listContainers: async () => views.map(({ id: each, name }) => ({ id: each, name })),
    inspectContainer: async (which: string) => views.find((view) => view.id === which) ?? null,
  };
  const work = {
    connectContainer: async (to: string, which: string, endpoint: { ip?: string; aliases?: readonly string[] }) => {
      const line = `${to} ${which} ${endpoint.ip ?? 'any'} ${endpoint.aliases?.join() ?? ''}`.trim();
      asked.push(line);
      const at = left.findIndex(([beginning]) => line.startsWith(beginning));
      const [refusal] = at < 0 ? [] : left.splice(at, 1);
      if (refusal !== undefined) throw new Error(refusal[1]);
    },
  };
  return { connection: { machine: 'w1', engine, work } as unknown as NodeConnection, asked };
}

const place = { container: id, network: 'mesh', address: '10.0.1.4', aliases: ['web'] };
const off = container('c', { addresses: { mesh: { ip: '', mac: '', gateway: '' } } });

describe('where containers are on overlays', () => {
  it("is told with address and aliases, without the engine's own alias", async () => {
    expect(await listAttachments(node([container('c')]).connection, signal)).toEqual([place]);
  });

  it.each([
    ['does not run', { running: false }],
    ['is a task of a service', { labels: { 'com.docker.swarm.task.id': 'x' } }],
    ['is on none', { addresses: {} }],
  ])('is nothing of one that %s', async (_, change) => {
    expect(await listAttachments(node([container('c', change)]).connection, signal)).toEqual([]);
  });

  it('is what was seen last, where two lists have it', () => {
    const later = { ...place, address: '10.0.1.9' };
    const other = { ...place, container: 'other' };
    expect(allAttachments([place, other], [later])).toEqual([later, other]);
  });
});

describe('connected again', () => {
  it('is one that runs and is there no more', async () => {
    const { connection, asked } = node([off]);
    await attachAgain(connection, [place], signal);
    expect(asked).toEqual([`mesh ${id} 10.0.1.4 web`]);
  });

  it.each([
    ['is there', container('c')],
    ['was stopped', { ...off, running: false }],
    ['was removed', container('c', { id: 'another' })],
  ])('is none that %s', async (_, view) => {
    const { connection, asked } = node([view]);
    await attachAgain(connection, [place], signal);
    expect(asked).toEqual([]);
  });

  it('is one whose address is refused, with another address', async () => {
    const said = 'user specified IP address is supported only when connecting to networks with user configured subnets';
    const { connection, asked } = node([off], [[`mesh ${id} 10.0.1.4`, said]]);
    await attachAgain(connection, [place], signal);
    expect(asked).toEqual([`mesh ${id} 10.0.1.4 web`, `mesh ${id} any web`]);
  });

  it('is whoever can be, and the others are named', async () => {
    const second = { ...place, container: 'fedcba' };
    const views = [off, { ...off, id: 'fedcba', name: 'd' }];
    const { connection, asked } = node(views, [[`mesh ${id}`, 'no such network']]);
    await expect(attachAgain(connection, [place, second], signal)).rejects.toMatchObject({
      code: 'fault.not-attached',
      message: expect.stringContaining('c to mesh: no such network'),
    });
    expect(asked).toHaveLength(2);
  });
});
