import { describe, expect, it } from 'vitest';
import { makeCheck } from '../../../src/experiment/run/make-check.ts';
import { type FakeScene, fakeScene, firstCheck, stands } from './fake-scene.ts';

function withCheck(check: string): FakeScene {
  return fakeScene(`
title: t
networks: {red: {subnet: 172.20.0.0/24}}
containers: {a1: {networks: [red]}, b1: {networks: [red]}, later: {networks: [red], start: false}}
steps:
  - title: s
    check: [${check}]
  - {title: l, create: later}
`);
}

const look = (fake: FakeScene, patienceMs?: number) => makeCheck(fake.scene, firstCheck(fake), patienceMs);
const link = (ifname: string, address: string, local?: string) => ({
  ifname,
  mtu: 1500,
  address,
  addr_info: local === undefined ? [] : [{ family: 'inet', local }],
});

describe('a container that is not there', () => {
  it.each([
    'address: {container: a1, network: red, within: 172.20.0.0/24}',
    'interfaces: {container: a1, equals: []}',
    'sameAddress: {containers: [a1, b1]}',
    'hostsFile: {container: a1, lacks: [b1]}',
    'environment: {container: a1, lacks: [SECRET]}',
    'answers: {container: a1, name: b1, count: 0}',
    'running: {container: a1, equals: false}',
    'published: {container: a1, equals: []}',
    'mtu: {container: a1, network: red, equals: 1500}',
  ])('is no container of which %s holds, but one that could not be looked at', async (check) => {
    const seen = await look(withCheck(`{${check}}`));
    expect(seen.holds).toBeNull();
    expect(seen.detail).toMatch(/a1/);
  });
});

describe('/etc/hosts', () => {
  const file = '127.0.0.1\tlocalhost\n172.17.0.2  b1 f00a1beef # a1\n172.17.0.3\t3fa1c2d4e5f6\n';

  it.each([
    ['lacks: [a1]', true],
    ['contains: [a1]', false],
    ['contains: [b1, "172.17.0.2 b1"]', true],
    ['contains: ["172.17.0.3 b1"]', false],
    ['lacks: [b1]', false],
  ])('%s: words are whole words, of one line', async (of, holds) => {
    const fake = withCheck(`{hostsFile: {container: a1, ${of}}}`);
    stands(fake, 'a1');
    fake.says.set('cat /hosts/a1', file);
    expect((await look(fake)).holds).toBe(holds);
  });
});

describe('the same address', () => {
  const addresses = (fake: FakeScene, name: string, links: readonly unknown[]) => {
    stands(fake, name);
    fake.says.set(`nsenter --net=/run/netns/${name} ip`, JSON.stringify([link('lo', '', '127.0.0.1'), ...links]));
  };

  it.each([
    ['of two in one namespace', [link('eth0', '02:01', '172.20.0.2')], [link('eth0', '02:01', '172.20.0.2')], true],
    ['of two with nothing but a loopback', [], [], false],
    ['of two that differ', [link('eth0', '02:01', '172.20.0.2')], [link('eth0', '02:02', '172.20.0.3')], false],
  ])('%s', async (_what, one, other, holds) => {
    const fake = withCheck('{sameAddress: {containers: [a1, b1]}}');
    addresses(fake, 'a1', one);
    addresses(fake, 'b1', other);
    expect((await look(fake, 0)).holds).toBe(holds);
  });
});

describe('what comes about a moment after the start', () => {
  it('is waited for in the logs', async () => {
    const fake = withCheck('{logs: {container: a1, matches: ready}}');
    stands(fake, 'a1');
    let asked = 0;
    fake.says.set('logs a1', () => {
      asked += 1;
      return asked < 3 ? 'starting' : 'ready';
    });
    expect(await look(fake)).toMatchObject({ holds: true, seen: 'ready' });
  });

  it('is waited for where a container is to end, whatever was seen of it before', async () => {
    const fake = withCheck('{running: {container: a1, exitCode: 3}}');
    stands(fake, 'a1');
    const before = fake.scene.containers.get('a1')?.view ?? null;
    stands(fake, 'a1', { running: false, exitCode: 3 });
    Object.assign(fake.scene.containers.get('a1') ?? {}, { view: before });
    expect((await look(fake)).holds).toBe(true);
  });

  it('does not hold by another exit status', async () => {
    const fake = withCheck('{running: {container: a1, exitCode: 3}}');
    stands(fake, 'a1', { running: false, exitCode: 1 });
    expect(await look(fake, 0)).toMatchObject({ holds: false, seen: 'ended with exit status 1' });
  });
});

describe('answers', () => {
  it('need every target, not one of them', async () => {
    const fake = withCheck('{answers: {container: a1, name: both, targets: [a1, b1]}}');
    const on = (ip: string) => ({ addresses: { red: { ip, mac: '', gateway: '' } } });
    stands(fake, 'a1', on('172.20.0.2'));
    stands(fake, 'b1', on('172.20.0.3'));
    fake.says.set('python3 -', '[["172.20.0.2"]]');
    expect((await look(fake)).holds).toBe(false);
    fake.says.set('python3 -', '[["172.20.0.3", "172.20.0.2"]]');
    expect((await look(fake)).holds).toBe(true);
  });

  it('cannot be compared with a target that died', async () => {
    const fake = withCheck('{answers: {container: a1, name: b1, targets: [b1]}}');
    stands(fake, 'a1');
    stands(fake, 'b1', { running: false });
    fake.says.set('python3 -', '[["172.20.0.3"]]');
    expect(await look(fake)).toMatchObject({ holds: null, detail: 'b1 is not running' });
  });

  it('are unknown of a resolver that is silent, and the detail says so', async () => {
    const fake = withCheck('{answers: {container: a1, name: b1, count: 0}}');
    stands(fake, 'a1');
    fake.says.set('python3 -', '[null]');
    const seen = await look(fake);
    expect(seen.holds).toBeNull();
    expect(seen.detail).toContain('1 of 1 look-ups without an answer');
  });
});
