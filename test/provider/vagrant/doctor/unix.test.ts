import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashFile } from '../../../../src/core/hash-file.ts';
import { examineHost } from '../../../../src/provider/vagrant/doctor/examine.ts';
import type { HostInput } from '../../../../src/provider/vagrant/doctor/facts.ts';
import {
  parseNetstatRoutes,
  parseNetworksConf,
  parseProcRoutes,
  parseVmStat,
} from '../../../../src/provider/vagrant/doctor/read-unix.ts';
import { prefixOfMask } from '../../../../src/provider/vagrant/doctor/read-virtualbox.ts';
import { crlfScriptsIn, type HostSystem, thisSystem } from '../../../../src/provider/vagrant/doctor/system.ts';
import { type Answers, fakeRun, fakeSystem, windowsInput } from './fake-host.ts';

const { signal } = new AbortController();
const linuxInput: HostInput = {
  ...windowsInput,
  platform: 'linux',
  stateDir: '/home/홍/.local/state/swarmlab/labs/default',
  homedir: '/home/홍',
  cwd: '/home/홍',
  env: { PATH: '/usr/bin' },
};
const good: Answers = {
  'vagrant --version': 'Vagrant 2.4.9\n',
  'VBoxManage --version': '7.1.6r167084\n',
  'VBoxManage list hostinfo': 'Processor supports HW virtualization: yes\n',
  'VBoxManage list hostonlyifs': '',
  'VBoxManage list systemproperties': 'Default machine folder:          /home/홍/VirtualBox VMs\n',
};
const files = (texts: Record<string, string>): Partial<HostSystem> => ({
  readText: async (file) => texts[file] ?? null,
  isFile: async (file) => file === '/usr/bin/vagrant',
});

async function codes(changes: { answers?: Answers; system?: Partial<HostSystem>; input?: Partial<HostInput> } = {}) {
  const found = await examineHost(
    { ...linuxInput, ...changes.input },
    fakeRun({ ...good, ...changes.answers }),
    signal,
    fakeSystem(changes.system),
  );
  return found.map(({ code, severity }) => `${code} ${severity}`);
}

it('finds nothing on a Linux on which all is well, whatever letters its paths have', async () => {
  expect(await codes()).toEqual([]);
});

it('blames a version of Vagrant less where a distribution may have mended it', async () => {
  const answers = { 'vagrant --version': 'Vagrant 2.3.7\n' };
  expect(await codes({ answers, system: files({}) })).toEqual(['versions.mismatch warns']);
  expect(await codes({ answers, system: { ...files({}), realPath: async () => '/opt/vagrant/bin/vagrant' } })).toEqual([
    'versions.mismatch blocks',
  ]);
});

const kvm = (enabled: string | null) =>
  files({
    '/proc/modules': 'kvm_intel 380928 0 - Live 0x0\nkvm 1146880 1 kvm_intel, Live 0x0\n',
    '/proc/sys/kernel/osrelease': '6.12.48-amd64\n',
    ...(enabled === null ? {} : { '/sys/module/kvm/parameters/enable_virt_at_load': enabled }),
  });

it.each<[string, string | null, string, string[]]>([
  ['it takes all at once', 'Y\n', '7.1.6r1', ['kvm.held warns']],
  ['told not to', 'N\n', '7.1.6r1', []],
  ['an older kernel', null, '7.1.6r1', []],
  ['VirtualBox that goes through KVM', 'Y\n', '7.2.10r1', []],
  ['VirtualBox that goes through KVM, which is off', 'N\n', '7.2.10r1', ['kvm.not-enabled warns']],
])('KVM: %s', async (_what, enabled, version, expected) => {
  expect(await codes({ answers: { 'VBoxManage --version': `${version}\n` }, system: kvm(enabled) })).toEqual(expected);
});

it("finds VirtualBox's kernel module missing by its own warning, and then does not believe it about the processor", async () => {
  // As the VBoxManage of Debian's unstable says it, on every call.
  const warning =
    'WARNING: The character device /dev/vboxdrv does not exist.\n\t Please install the virtualbox-dkms package and the appropriate\n\t headers, most likely linux-headers-amd64.\n\n\t You will not be able to start VMs until this problem is fixed.\n';
  const answers = {
    'VBoxManage --version': { exitStatus: 0, stdout: '7.2.22_Debianr175245\n', stderr: warning },
    'VBoxManage list hostinfo': `${warning}Host Information:\n\nProcessor supports HW virtualization: no\n`,
  };
  expect(await codes({ answers })).toEqual(['virtualbox.no-kernel-module blocks']);
  expect(
    await codes({ answers: { 'VBoxManage list hostinfo': 'Processor supports HW virtualization: no\n' } }),
  ).toEqual(['virtualization.off blocks']);
});

const elsewhere = {
  plan: {
    ...linuxInput.plan,
    segment: { subnet: '10.99.0.0/24', prefixLength: 24, gateway: '10.99.0.254' },
    nodes: [],
  },
};

it.each<[string, Partial<HostInput>, Record<string, string>, string[]]>([
  ['outside the default', elsewhere, {}, ['network.range blocks']],
  [
    'allowed by networks.conf',
    elsewhere,
    { '/etc/vbox/networks.conf': '# mine\r\n* 10.0.0.0/8 192.168.0.0/16\r\n* 2001::/64\r\n' },
    [],
  ],
  ['the default, taken away', {}, { '/etc/vbox/networks.conf': '* 10.0.0.0/8\n' }, ['network.range blocks']],
])('the host-only range: %s', async (_what, input, texts, expected) => {
  expect(await codes({ input, system: files(texts) })).toEqual(expected);
});

it('does not restrict macOS since VirtualBox 7, and names Apple silicon under Rosetta', async () => {
  const answers = { 'sysctl -n hw.optional.arm64': '1\n' };
  expect(await codes({ input: { ...elsewhere, platform: 'darwin' } })).toEqual([]);
  expect(await codes({ input: { platform: 'darwin' }, answers })).toEqual(['processor.arm blocks']);
});

it('looks for the plugin where libvirt is asked for, and for nothing of VirtualBox', async () => {
  const plan = { ...linuxInput.plan, vagrant: { ...linuxInput.plan.vagrant, provider: 'libvirt' as const } };
  const list = (text: string): Answers => ({
    'vagrant plugin list --machine-readable': text,
    'VBoxManage --version': { exitStatus: 1 },
  });
  expect(await codes({ input: { plan }, answers: list('') })).toEqual(['libvirt.plugin-missing blocks']);
  expect(
    await codes({
      input: { plan },
      answers: list('1700000000,,plugin-name,vagrant-libvirt\n1700000000,vagrant-libvirt,plugin-version,0.11.2\n'),
    }),
  ).toEqual([]);
  expect(await codes({ input: { plan, platform: 'win32' } })).toContain('libvirt.not-linux blocks');
});

it('reads routes, masks, networks.conf and vm_stat', () => {
  expect(
    parseProcRoutes(
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\neth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\nvboxnet0\t0038A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n',
    ),
  ).toEqual([
    { subnet: '0.0.0.0/0', through: 'eth0' },
    { subnet: '192.168.56.0/24', through: 'vboxnet0' },
  ]);
  expect(
    parseNetstatRoutes(
      'Internet:\nDestination        Gateway            Flags               Netif Expire\ndefault            10.0.0.1           UGScg                 en0\n10.8/16            link#20            UCS                 utun3\n192.168.56         link#22            UC              bridge100      !\n',
    ),
  ).toEqual([
    { subnet: '10.8.0.0/16', through: 'utun3' },
    { subnet: '192.168.56.0/24', through: 'bridge100' },
  ]);
  expect(['255.255.255.0', '0.0.0.0', '255.255.255.255', '255.0.255.0', 'x'].map(prefixOfMask)).toEqual([
    24,
    0,
    32,
    null,
    null,
  ]);
  expect(parseNetworksConf('10.0.0.0/8\n')).toEqual([]);
  expect(
    parseVmStat(
      'Mach Virtual Memory Statistics: (page size of 16384 bytes)\nPages free:                  64.\nPages active:               9999.\nPages inactive:              64.\nPages speculative:            0.\nPages purgeable:              0.\n',
    ),
  ).toBe(2);
});

it('finds CRLF in files of this machine, digests them, and knows the room of a folder that is not there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmlab-doctor-'));
  try {
    await mkdir(join(folder, 'vagrant'));
    await writeFile(join(folder, 'vagrant', 'node.sh'), '#!/bin/sh\r\ntrue\r\n');
    await writeFile(join(folder, 'good.sh'), '#!/bin/sh\ntrue\n');
    await writeFile(join(folder, 'picture.png'), '\r\n');
    expect(await crlfScriptsIn(folder)).toEqual(['vagrant/node.sh']);
    expect(await crlfScriptsIn(join(folder, 'none'))).toBeNull();
    // SHA-256 of three letters, the example of FIPS 180-2.
    await writeFile(join(folder, 'abc'), 'abc');
    expect(await hashFile(join(folder, 'abc'), signal)).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    const room = await thisSystem.room(join(folder, 'not', 'there'));
    expect(room?.freeMb).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('has scripts with LF in this checkout', async () => {
  expect(await thisSystem.crlfScripts()).toEqual([]);
});
