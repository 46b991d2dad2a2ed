import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DownDocument, StatusDocument } from '../../src/report/documents.ts';
import type { RunDocument } from '../../src/verdict/run-types.ts';
import type { ScopeDocument } from '../../src/verdict/types.ts';
import { box } from './prepared.ts';
import { note } from './report.ts';
import { roomWithoutNetwork } from './room.ts';
import { createTestbed, type Testbed } from './testbed.ts';
import { expectWhole } from './whole.ts';

// The life of a lab of virtual machines, with the real vagrant and its own virtualbox provider, on emulated processors.
// All of it from a bundle, on a computer that is cut off from every network. The tests build on each other, in this order.

/** `npm run test:vagrant -- --long`: what boots all machines once more. The run says so where it leaves it out. */
const isLong = process.env.SWARMLAB_TEST_LONG === '1';

let testbed: Testbed;
/** Emulated processors are slow; nothing here is about how long things take. */
const patience = ['--timeout', '90m'];

beforeAll(async () => {
  testbed = await createTestbed({ room: await roomWithoutNetwork() });
});

afterAll(async () => {
  await testbed[Symbol.asyncDispose]();
});

const exec = async (...words: readonly string[]) => {
  const { status, stdout, stderr } = await testbed.run(['exec', ...words]);
  if (status !== 0) throw new Error(`exec ${words.join(' ')} ended with ${status}: ${stderr}`);
  return stdout.trim();
};

describe('a lab of virtual machines, without a network', () => {
  it('is on a computer that has loopback and nothing else', async () => {
    const { stdout } = await testbed.program('ip', ['-brief', 'link']);
    expect(stdout.trim().split('\n')).toEqual([expect.stringMatching(/^lo /)]);
    expect((await testbed.program('ip', ['route'])).stdout).toBe('');
  });

  it('has what it needs in a bundle: the tool is installed from it, and the bundle is whole', async () => {
    const stick = join(testbed.folder, 'stick');
    await testbed.json(0, ['bundle', 'create', stick, '--box', box, ...patience]);
    const [tool] = (await readdir(stick)).filter((name) => name.endsWith('.tgz'));
    const home = join(testbed.folder, 'seat');
    await mkdir(home);
    const install = [
      'install',
      '--offline',
      '--prefix',
      home,
      '--cache',
      join(home, 'npm-cache'),
      join(stick, tool ?? ''),
    ];
    const { status, stderr } = await testbed.program('npm', install);
    expect(status, stderr).toBe(0);
    testbed.moveTo({ cli: join(home, 'node_modules', 'swarmlab', 'dist', 'cli.js'), workFolder: stick });
    expect(await testbed.json<{ findings: unknown[] }>(0, ['bundle', 'verify', stick])).toMatchObject({ findings: [] });
  });

  it('comes up from the bundle alone: three machines, a swarm, its ports open and measured', async () => {
    const document = await testbed.json<StatusDocument>(0, ['up', ...patience]);
    note('up', document.durationMs);
    expectWhole(document);
    expect(document.provider).toBe('vagrant');
    for (const { kernel } of document.nodes) expect(kernel).toContain('amd64');
  });

  it('asked VirtualBox for what a lab needs, and for nothing that it refused', async () => {
    const calls = await testbed.calls();
    const of = (...words: readonly string[]) => calls.filter(({ argv }) => words.every((word) => argv.includes(word)));
    expect(of('modifyvm', '--nicpromisc2', 'allow-all')).toHaveLength(3);
    expect(of('modifyvm', '--nictype1', 'virtio')).toHaveLength(3);
    expect(of('clonevm', '--options', 'link')).toHaveLength(3);
    expect(of('import').filter(({ argv }) => !argv.includes('-n') && !argv.includes('--dry-run'))).toHaveLength(1);
    expect(of('sharedfolder')).toEqual([]);
    const titles = calls.flatMap(({ argv }) => (argv.includes('--name') ? [argv[argv.indexOf('--name') + 1]] : []));
    expect(titles.filter((title) => /^swarmlab-[0-9a-f]{10}-default-(m1|w1|o1)$/.test(title ?? ''))).toHaveLength(3);
    expect(of('modifyvm').filter(({ status }) => status !== 0)).toEqual([]);
  });

  it('has an address of its own on each machine, the lab’s keys, and no key of the box', async () => {
    expect(await exec('m1', 'sh', '-c', 'ip -4 -o address show dev eth1 | grep -c 192.168.56.11/24')).toBe('1');
    expect(await exec('world', 'sh', '-c', 'ip -4 -o address show dev eth0 | grep -c 203.0.113.10/24')).toBe('1');
    const ids = await Promise.all(['m1', 'w1'].map((node) => exec(node, 'docker', 'info', '--format', '{{.ID}}')));
    expect(new Set(ids).size).toBe(2);
    const keys = await exec('w1', 'cat', '/home/vagrant/.ssh/authorized_keys');
    expect(keys).not.toContain('vagrant insecure public key');
  });

  it('up a second time changes nothing', async () => {
    const before = (await testbed.calls()).length;
    expectWhole(await testbed.json<StatusDocument>(0, ['up', ...patience]));
    const changing = (await testbed.calls())
      .slice(before)
      .filter(({ argv }) => !/^(--version|list|showvminfo)$/.test(argv[0] ?? ''));
    expect(changing).toEqual([]);
  });

  it('puts back the address of a machine that took another', async () => {
    await exec(
      'w1',
      'sh',
      '-ec',
      'ip address add 192.168.56.77/24 dev eth1; ip address delete 192.168.56.12/24 dev eth1',
    );
    expectWhole(await testbed.json<StatusDocument>(0, ['up', ...patience]));
    expect(await exec('w1', 'sh', '-c', 'ip -4 -o address show dev eth1 | grep -o 192.168.56.[0-9]*/24')).toBe(
      '192.168.56.12/24',
    );
  });

  it('takes no address that somebody on the segment has, and says who', async () => {
    const stranger =
      'ip netns add stranger; ip link add stranger link eth1 type macvlan mode bridge; ip link set stranger address 02:00:00:00:00:99 netns stranger; ip -n stranger address add 192.168.56.12/24 dev stranger; ip -n stranger link set stranger up';
    await exec('o1', 'sh', '-ec', stranger);
    const { error } = await testbed.json<{ error: { code: string; message: string } }>(3, ['up', ...patience]);
    await exec('o1', 'ip', 'netns', 'delete', 'stranger');
    expect(error.code).toBe('node.address-taken');
    expect(error.message).toContain('192.168.56.12');
    expect(error.message).toContain('02:00:00:00:00:99');
  });

  it('reports how far each driver reaches, those too that need a kernel with ipvlan and ESP', async () => {
    const document = await testbed.json<ScopeDocument>(0, ['scope', ...patience]);
    note('scope', document.durationMs);
    await writeFile(join(testbed.folder, 'vagrant.json'), JSON.stringify(document));
    const verdicts = Object.fromEntries(document.drivers.map(({ id, verdict }) => [id, verdict]));
    expect(verdicts).toMatchObject({
      'ipvlan-l2': 'as-expected',
      'ipvlan-l3': 'as-expected',
      'overlay-encrypted': 'as-expected',
    });
    expect(Object.values(verdicts).filter((verdict) => verdict !== 'as-expected')).toEqual([]);
    expect(document.totals.probes).toBeGreaterThan(400);
  });

  it('runs the experiments that need such a kernel', async () => {
    const ids = ['ipvlan-l2', 'ipvlan-l3', 'macvlan-vlan', 'macvlan-no-parent', 'overlay-encrypted', 'overlay-service'];
    const document = await testbed.json<RunDocument>(0, ['run', ...ids, ...patience]);
    note('run of six experiments', document.durationMs);
    expect(document.experiments.map(({ id, verdict }) => [id, verdict])).toEqual(ids.map((id) => [id, 'as-expected']));
    const probes = document.experiments.flatMap(({ steps }) => steps.flatMap((step) => step.probes));
    const foretold = probes.filter(({ predicted }) => predicted !== undefined && predicted !== 'undecided');
    expect(foretold.length).toBeGreaterThan(probes.length / 2);
    expect(foretold.filter(({ predicted, outcome }) => (predicted === 'reached') !== (outcome === 'reached'))).toEqual(
      [],
    );
  });

  it('goes back to a snapshot: files, swarm and clock', async () => {
    const saved = await testbed.json<{ snapshots: string[]; durationMs: number }>(0, [
      'snapshot',
      'save',
      'clean',
      ...patience,
    ]);
    note('snapshot save', saved.durationMs);
    expect(saved.snapshots).toEqual(['clean']);
    await exec('w1', 'sh', '-c', 'echo broken >/etc/broken; docker swarm leave || docker swarm leave --force');
    const restored = await testbed.json<StatusDocument>(0, ['snapshot', 'restore', 'clean', ...patience]);
    note('snapshot restore, until the swarm is whole', restored.durationMs);
    expectWhole(restored);
    expect(await exec('w1', 'sh', '-c', 'ls /etc/broken 2>/dev/null || echo gone')).toBe('gone');
    const offSeconds = Number(await exec('w1', 'date', '+%s')) - Date.now() / 1000;
    expect(Math.abs(offSeconds)).toBeLessThan(30);
    const { error } = await testbed.json<{ error: { code: string } }>(3, ['snapshot', 'restore', 'nope']);
    expect(error.code).toBe('snapshot.unknown');
  });

  it.runIf(isLong)('comes up again after halt, and with a machine that somebody deleted', async () => {
    const { halted, durationMs } = await testbed.json<{ halted: string[]; durationMs: number }>(0, [
      'halt',
      ...patience,
    ]);
    note('halt', durationMs);
    expect(halted).toEqual(['m1', 'w1', 'o1']);
    expect((await testbed.program('VBoxManage', ['list', 'runningvms'])).stdout.trim()).toBe('');
    const vms = (await testbed.program('VBoxManage', ['list', 'vms'])).stdout;
    const title = /swarmlab-[0-9a-f]{10}-default-w1/.exec(vms)?.[0] ?? '';
    expect((await testbed.program('VBoxManage', ['unregistervm', title, '--delete'])).status).toBe(0);
    const document = await testbed.json<StatusDocument>(0, ['up', ...patience]);
    note('up after halt, one machine made anew', document.durationMs);
    expectWhole(document);
    // The one that came anew is in the swarm once, and its old entry is gone.
    expect((await exec('m1', 'docker', 'node', 'ls', '-q')).split('\n')).toHaveLength(2);
  });

  it('goes without a trace, and leaves what it did not make', async () => {
    const document = await testbed.json<DownDocument>(0, ['down', ...patience]);
    expect(document.leaks).toEqual([]);
    expect(document.removed).toEqual(expect.arrayContaining(['machine m1', 'machine w1', 'machine o1']));
    const left = (await testbed.program('VBoxManage', ['list', 'vms'])).stdout.trim().split('\n');
    // Vagrant's own: what linked clones are made from.
    expect(left).toHaveLength(1);
    expect(left[0]).not.toMatch(/swarmlab-[0-9a-f]{10}-/);
    await expect(readFile(join(testbed.folder, 'home', 'labs', 'default', 'lab.json'))).rejects.toThrow();
  });
});
