import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DownDocument, StatusDocument } from '../../src/report/documents.ts';
import type { ScopeDocument } from '../../src/verdict/types.ts';
import { roomWithLibvirt } from './libvirt-room.ts';
import { note } from './report.ts';
import { createTestbed, type Testbed } from './testbed.ts';
import { expectWhole } from './whole.ts';

// The second provider: the real vagrant-libvirt and a real libvirt, on emulated processors and without a network.
// The tests build on each other, in this order.

/** Made by `npm run test:vagrant -- --long`, which alone runs this. */
const box = process.env.SWARMLAB_TEST_LIBVIRT_BOX ?? '';
const patience = ['--timeout', '90m'];
let testbed: Testbed;

describe.runIf(box !== '')('a lab of virtual machines of libvirt', () => {
  beforeAll(async () => {
    testbed = await createTestbed({ room: await roomWithLibvirt() });
    await testbed.writeConfig(
      `version: 1\nlab: kvm\nprovider: vagrant\nvagrant:\n  provider: libvirt\n  domainType: qemu\n  box: swarmlab/debian12\n  boxUrl: ${box}\n`,
    );
  });

  afterAll(async () => {
    await testbed[Symbol.asyncDispose]();
  });

  it('comes up', async () => {
    const document = await testbed.json<StatusDocument>(0, ['up', ...patience]);
    note('libvirt: up', document.durationMs);
    expectWhole(document);
  });

  it('reports how far each driver reaches', async () => {
    const document = await testbed.json<ScopeDocument>(0, ['scope', ...patience]);
    note('libvirt: scope', document.durationMs);
    expect(document.drivers.filter(({ verdict }) => verdict !== 'as-expected')).toEqual([]);
    expect(document.totals.probes).toBeGreaterThan(400);
  });

  it('goes back to a snapshot', async () => {
    await testbed.json(0, ['snapshot', 'save', 'clean', ...patience]);
    const broken = [
      'exec',
      'w1',
      'sh',
      '-c',
      'echo broken >/etc/broken; docker swarm leave || docker swarm leave --force',
    ];
    expect((await testbed.run(broken)).status).toBe(0);
    const restored = await testbed.json<StatusDocument>(0, ['snapshot', 'restore', 'clean', ...patience]);
    note('libvirt: snapshot restore, until the swarm is whole', restored.durationMs);
    expectWhole(restored);
    const look = ['exec', 'w1', 'sh', '-c', 'ls /etc/broken 2>/dev/null || echo gone'];
    expect((await testbed.run(look)).stdout.trim()).toBe('gone');
  });

  it('goes without a trace', async () => {
    const document = await testbed.json<DownDocument>(0, ['down', ...patience]);
    expect(document.leaks).toEqual([]);
    const { stdout } = await testbed.program('virsh', ['-c', 'qemu:///system', 'list', '--all', '--name']);
    expect(stdout.trim()).toBe('');
    const networks = await testbed.program('virsh', ['-c', 'qemu:///system', 'net-list', '--all', '--name']);
    expect(networks.stdout.trim()).toBe('');
    const volumes = await testbed.program('virsh', ['-c', 'qemu:///system', 'vol-list', 'default']);
    // The box's disk, which the next lab is made from.
    expect(volumes.stdout).not.toMatch(/swarmlab-[0-9a-f]{10}-/);
    await expect(readFile(join(testbed.folder, 'home', 'labs', 'kvm', 'lab.json'))).rejects.toThrow();
  });
});
