import { expect, it } from 'vitest';
import { checkHost, examineHost } from '../../../../src/provider/vagrant/doctor/examine.ts';
import type { HostInput } from '../../../../src/provider/vagrant/doctor/facts.ts';
import type { HostSystem } from '../../../../src/provider/vagrant/doctor/system.ts';
import {
  type Answers,
  deviceGuard,
  fakeRun,
  fakeSystem,
  goodWindows,
  registryNumber,
  vbox,
  windowsInput,
} from './fake-host.ts';

const { signal } = new AbortController();

async function findings(
  changes: {
    answers?: Answers;
    without?: readonly string[];
    system?: Partial<HostSystem>;
    input?: Partial<HostInput>;
  } = {},
) {
  const answers = { ...goodWindows, ...changes.answers };
  for (const gone of changes.without ?? []) delete (answers as Record<string, unknown>)[gone];
  return examineHost({ ...windowsInput, ...changes.input }, fakeRun(answers), signal, fakeSystem(changes.system));
}

const codes = async (...changes: Parameters<typeof findings>) =>
  (await findings(...changes)).map(({ code, severity }) => `${code} ${severity}`);

it('finds nothing on a laptop on which all is well, having looked at everything', async () => {
  const results = await checkHost(windowsInput, fakeRun(goodWindows), signal, fakeSystem());
  expect(results.filter(({ findings }) => findings?.length !== 0)).toEqual([]);
  expect(results.map(({ id }) => id)).toContain('hypervisor');
  expect(results.map(({ id }) => id)).not.toContain('kvm');
});

it('starts no shell, and Windows programs only from System32', async () => {
  const run = fakeRun(goodWindows);
  await examineHost(windowsInput, run, signal, fakeSystem());
  expect(run.asked.filter((line) => /cmd\.exe|powershell/i.test(line))).toEqual([]);
  expect(
    run.asked.filter((line) => /(reg|wmic|route)\.exe/.test(line) && !line.startsWith('C:\\Windows\\System32\\')),
  ).toEqual([]);
});

it.each<[string, Answers, string[]]>([
  ['Vagrant 2.4.1 with VirtualBox 7.1', { 'vagrant --version': 'Vagrant 2.4.1\r\n' }, ['versions.mismatch blocks']],
  [
    'Vagrant 2.4.8 with VirtualBox 7.2',
    { 'vagrant --version': 'Vagrant 2.4.8\r\n', [`${vbox} --version`]: '7.2.0r170228\r\n' },
    ['versions.mismatch blocks'],
  ],
  ['Vagrant 2.4.9 with VirtualBox 7.2', { [`${vbox} --version`]: '7.2.0r170228\r\n' }, []],
  [
    'Vagrant 2.3.2 with VirtualBox 7.0',
    { 'vagrant --version': 'Vagrant 2.3.2\r\n', [`${vbox} --version`]: '7.0.20r163906\r\n' },
    [],
  ],
  [
    'Vagrant 2.3.1 with VirtualBox 7.0',
    { 'vagrant --version': 'Vagrant 2.3.1\r\n', [`${vbox} --version`]: '7.0.20r163906\r\n' },
    ['versions.mismatch blocks'],
  ],
  ['a VirtualBox that nobody knows yet', { [`${vbox} --version`]: '7.10.0r1\r\n' }, ['versions.mismatch warns']],
  ['warnings before the version', { [`${vbox} --version`]: 'WARNING: something\r\n7.1.6r167084\r\n' }, []],
  [
    'Vagrant that ends in a traceback',
    { 'vagrant --version': { exitStatus: 1, stderr: 'incompatible character encodings: CP949 and UTF-8' } },
    ['vagrant.broken blocks'],
  ],
])('%s', async (_what, answers, expected) => {
  expect(await codes({ answers })).toEqual(expected);
});

it('says what is not there', async () => {
  expect(await codes({ without: ['vagrant --version', `${vbox} --version`] })).toEqual([
    'vagrant.missing blocks',
    'virtualbox.missing blocks',
  ]);
});

const hypervisor = { 'wmic.exe computersystem get HypervisorPresent /value': 'HypervisorPresent=TRUE\r\r\n' };
const integrity = `${deviceGuard}\\Scenarios\\HypervisorEnforcedCodeIntegrity`;

it('names who holds the hypervisor, and knows that the firmware is not to blame then', async () => {
  const [finding, ...others] = await findings({
    answers: {
      ...hypervisor,
      'wmic.exe cpu get VirtualizationFirmwareEnabled /value': 'VirtualizationFirmwareEnabled=FALSE\r\r\n',
      [`reg.exe query ${integrity} /v Enabled`]: registryNumber(integrity, 'Enabled', '0x1'),
      'reg.exe query HKLM\\SYSTEM\\CurrentControlSet\\Services\\vmcompute /v Start': registryNumber(
        'x',
        'Start',
        '0x3',
      ),
    },
  });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'hypervisor.held', severity: 'warns' });
  expect(finding?.cause).toContain(
    'Memory integrity (Core isolation), the Virtual Machine Platform (WSL2, Docker Desktop) have',
  );
  expect(finding?.remedy).toContain('bcdedit /set hypervisorlaunchtype off');
});

it('does not count what is installed and switched off', async () => {
  const [finding] = await findings({
    answers: {
      ...hypervisor,
      [`reg.exe query ${integrity} /v Enabled`]: registryNumber(integrity, 'Enabled', '0x0'),
      'reg.exe query HKLM\\SYSTEM\\CurrentControlSet\\Services\\vmms /v Start': registryNumber('x', 'Start', '0x4'),
    },
  });
  expect(finding?.cause).toMatch(/^Something of Windows/);
});

it('finds virtualization switched off in the firmware', async () => {
  expect(
    await codes({
      answers: { 'wmic.exe cpu get VirtualizationFirmwareEnabled /value': 'VirtualizationFirmwareEnabled=FALSE\r\r\n' },
    }),
  ).toEqual(['virtualization.off blocks']);
});

it('believes the firmware before VirtualBox, which says no where its driver is not loaded', async () => {
  const answers = { [`${vbox} list hostinfo`]: 'Processor supports HW virtualization: no\r\n' };
  expect(await codes({ answers })).toEqual([]);
});

it('asks PowerShell where wmic is gone, with a constant script', async () => {
  const answers: Record<string, Answers[string]> = { ...goodWindows };
  for (const key of Object.keys(answers)) if (key.startsWith('wmic')) delete answers[key];
  const script = (await import('../../../../src/provider/vagrant/doctor/read-windows.ts')).powershellScript;
  answers[`powershell.exe -NoProfile -NonInteractive -Command ${script}`] =
    'HypervisorPresent=True\r\nVirtualizationFirmwareEnabled=True\r\n';
  const found = await examineHost(windowsInput, fakeRun(answers), signal, fakeSystem());
  expect(found.map(({ code }) => code)).toEqual(['hypervisor.held']);
});

it('says nothing of what could not be asked', async () => {
  const only: Answers = { 'vagrant --version': 'Vagrant 2.4.9\r\n', [`${vbox} --version`]: '7.1.6r167084\r\n' };
  const results = await checkHost(
    windowsInput,
    fakeRun(only),
    signal,
    fakeSystem({ room: async () => null, crlfScripts: async () => null }),
  );
  expect(results.flatMap(({ findings }) => findings ?? [])).toEqual([]);
  expect(results.filter(({ findings }) => findings === null).map(({ id }) => id)).toEqual([
    'virtualization',
    'hypervisor',
    'disk',
    'line-endings',
  ]);
});

it('finds VirtualBox where its installer says, and nowhere else', async () => {
  const elsewhere = 'D:\\Oracle\\VBoxManage.exe';
  expect(
    await codes({
      without: [`${vbox} --version`],
      answers: { [`${elsewhere} --version`]: '7.1.6r167084\r\n' },
      input: { env: { ...windowsInput.env, VBOX_MSI_INSTALL_PATH: 'D:\\Oracle\\' } },
    }),
  ).toEqual([]);
});

it('finds a Korean user folder, with the lines that mend it', async () => {
  const found = await findings({
    input: { homedir: 'C:\\Users\\홍길동', stateDir: 'C:\\ProgramData\\swarmlab\\labs\\default' },
    answers: {
      // Code page 949, as VBoxManage never writes it, but a pipe may.
      [`${vbox} list systemproperties`]: Buffer.concat([
        Buffer.from('Default machine folder:          C:\\Users\\'),
        Buffer.from([0xc8, 0xab, 0xb1, 0xe6, 0xb5, 0xbf]),
        Buffer.from('\\VirtualBox VMs\r\n'),
      ]),
    },
  });
  expect(found.map(({ code, severity, remedy }) => [code, severity, remedy])).toEqual([
    ['path.not-ascii', 'blocks', 'setx VAGRANT_HOME C:\\vagrant.d, then a new terminal'],
    ['path.not-ascii', 'warns', `"${vbox}" setproperty machinefolder C:\\vms`],
  ]);
  expect(found[1]?.cause).toContain('C:\\Users\\홍길동\\VirtualBox VMs');
});

it.each<[string, Partial<HostInput>, string[]]>([
  [
    'VAGRANT_HOME in ASCII mends it',
    { homedir: 'C:\\Users\\홍길동', env: { ...windowsInput.env, VAGRANT_HOME: 'C:\\vagrant.d' } },
    [],
  ],
  ['a space in the user name', { homedir: 'C:\\Users\\Hong Gildong' }, ['path.spaces warns']],
  ['a deep state folder', { stateDir: `C:\\${'deep\\'.repeat(40)}labs\\default` }, ['path.too-long warns']],
])('%s', async (_what, input, expected) => {
  expect(await codes({ input })).toEqual(expected);
});

const wifi = (address: string, prefixLength: number) => ({
  interfaces: () => [
    { name: 'VirtualBox Host-Only Ethernet Adapter', address: '192.168.56.1', prefixLength: 24 },
    { name: 'Wi-Fi', address, prefixLength },
  ],
});

it.each<[string, string, number, string[]]>([
  ['the same network', '192.168.56.20', 24, ['network.overlap blocks']],
  ['inside a wider one', '192.168.3.20', 16, ['network.overlap warns']],
  ['beside', '192.168.57.20', 24, []],
])('an interface: %s', async (_what, address, prefixLength, expected) => {
  expect(await codes({ system: wifi(address, prefixLength) })).toEqual(expected);
});

it.each<[string, string, string[]]>([
  [
    'a VPN to exactly there',
    '   192.168.56.0    255.255.255.0       10.20.30.1     10.20.30.40     35',
    ['network.overlap blocks'],
  ],
  ['a VPN to more than that', '    192.168.0.0      255.255.0.0       10.20.30.1     10.20.30.40     35', []],
  [
    'on a link, in German',
    '   192.168.56.0    255.255.255.0   Auf Verbindung     10.20.30.40     35',
    ['network.overlap blocks'],
  ],
  ["the host-only network's own", '   192.168.56.0    255.255.255.0         On-link    192.168.56.1    281', []],
])('a route: %s', async (_what, line, expected) => {
  expect(await codes({ answers: { 'route.exe print -4': `Metric\r\n${line}\r\n` } })).toEqual(expected);
});

it('finds an address that this machine has itself', async () => {
  const nodes = windowsInput.plan.nodes.map((node, index) =>
    index === 0 ? { ...node, address: '192.168.56.1' } : node,
  );
  expect(await codes({ input: { plan: { ...windowsInput.plan, nodes } } })).toEqual(['network.address-taken blocks']);
});

it('leaves the host-only range alone, which Windows does not restrict', async () => {
  const segment = { subnet: '10.99.0.0/24', prefixLength: 24, gateway: '10.99.0.254' };
  expect(await codes({ input: { plan: { ...windowsInput.plan, segment, nodes: [] } } })).toEqual([]);
});

it.each<[string, Partial<HostSystem>, string[]]>([
  ['too little memory in all', { memory: () => ({ totalMb: 3000, freeMb: 2500 }) }, ['memory.too-small blocks']],
  ['too little memory free', { memory: () => ({ totalMb: 8000, freeMb: 2000 }) }, ['memory.too-small warns']],
  ['a disk that is small', { room: async () => ({ freeMb: 2000, device: 'C' }) }, ['disk.too-small warns']],
  ['a disk that is full', { room: async () => ({ freeMb: 100, device: 'C' }) }, ['disk.too-small blocks']],
  ['CRLF', { crlfScripts: async () => ['vagrant/gateway.sh', 'firewall.sh'] }, ['checkout.crlf warns']],
])('%s', async (_what, system, expected) => {
  expect(await codes({ system })).toEqual(expected);
});

it.each<[string, string, string | null, boolean, string[]]>([
  ['missing', 'D:\\swarmlab\\debian12.box', null, false, ['box.missing blocks']],
  ['another one', 'D:\\swarmlab\\debian12.box', 'a'.repeat(64), true, ['box.checksum blocks']],
  ['the right one, in capitals', 'file:///D:/swarmlab/debian12.box', 'F'.repeat(64), true, []],
  ['unchecked', 'boxes\\debian12.box', null, true, []],
  ['from afar', 'http://192.0.2.1/debian12.box', 'a'.repeat(64), false, []],
])('the box: %s', async (_what, boxUrl, sha256, there, expected) => {
  const plan = {
    ...windowsInput.plan,
    vagrant: { ...windowsInput.plan.vagrant, box: { ...windowsInput.plan.vagrant.box, url: boxUrl, sha256 } },
  };
  const seen: string[] = [];
  const isFile = async (file: string) => {
    seen.push(file);
    return there;
  };
  expect(await codes({ input: { plan }, system: { isFile } })).toEqual(expected);
  if (boxUrl.startsWith('boxes')) expect(seen).toEqual(['C:\\Users\\hong\\lab\\boxes\\debian12.box']);
  if (boxUrl.startsWith('file:')) expect(seen).toEqual(['D:\\swarmlab\\debian12.box']);
});

it('needs no box file once Vagrant has the box: the USB stick may be with the next person', async () => {
  const box = { name: 'swarmlab/debian12', url: 'D:\\swarmlab\\debian12.box', version: null, sha256: null };
  const plan = { ...windowsInput.plan, vagrant: { ...windowsInput.plan.vagrant, box } };
  const isFolder = async (folder: string) =>
    folder === 'C:\\Users\\hong\\.vagrant.d\\boxes\\swarmlab-VAGRANTSLASH-debian12';
  expect(await codes({ input: { plan }, system: { isFolder } })).toEqual([]);
});

it('names ARM under a Node for x64', async () => {
  const env = { ...windowsInput.env, PROCESSOR_IDENTIFIER: 'ARMv8 (64-bit) Family 8 Model D4B, Qualcomm' };
  expect(await codes({ input: { env } })).toEqual(['processor.arm blocks']);
});

it('stops when it is not wanted any more', async () => {
  const run = async () => {
    throw new Error('killed');
  };
  await expect(examineHost(windowsInput, run, AbortSignal.abort(new Error('enough')), fakeSystem())).rejects.toThrow(
    'enough',
  );
});
