import type { RunProgram } from '../../../../src/core/program/run-program.ts';
import type { HostInput } from '../../../../src/provider/vagrant/doctor/facts.ts';
import type { HostSystem } from '../../../../src/provider/vagrant/doctor/system.ts';

/** What programs print, by their command line; a function may fail. What is not listed is missing. */
export type Answers = Readonly<
  Record<string, string | Buffer | { exitStatus: number; stderr?: string; stdout?: string }>
>;

/** Keys are `program word word`, the program without its folder. */
export function fakeRun(answers: Answers): RunProgram & { asked: string[] } {
  const asked: string[] = [];
  const run: RunProgram = async (file, args) => {
    const line = [file, ...args].join(' ');
    asked.push(line);
    const short = [file.split(/[\\/]/).at(-1), ...args].join(' ');
    const answer = answers[line] ?? answers[short];
    if (answer === undefined) return { kind: 'missing' };
    if (typeof answer === 'string' || Buffer.isBuffer(answer))
      return { kind: 'ended', exitStatus: 0, stdout: Buffer.from(answer), stderr: Buffer.alloc(0) };
    const { exitStatus, stdout = '', stderr = '' } = answer;
    return { kind: 'ended', exitStatus, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
  };
  return Object.assign(run, { asked });
}

export function fakeSystem(given: Partial<HostSystem> = {}): HostSystem {
  return {
    interfaces: () => [{ name: 'Wi-Fi', address: '10.20.30.40', prefixLength: 24 }],
    memory: () => ({ totalMb: 16_000, freeMb: 9000 }),
    readText: async () => null,
    isFile: async () => false,
    isFolder: async () => false,
    realPath: async (file) => file,
    room: async () => ({ freeMb: 50_000, device: 'C' }),
    sha256: async () => 'f'.repeat(64),
    crlfScripts: async () => [],
    ...given,
  };
}

export const windowsInput: HostInput = {
  plan: {
    lab: 'default',
    segment: { subnet: '192.168.56.0/24', prefixLength: 24, gateway: '192.168.56.254' },
    nodes: [
      { name: 'm1', role: 'manager', address: '192.168.56.11' },
      { name: 'w1', role: 'worker', address: '192.168.56.12' },
      { name: 'o1', role: 'outsider', address: '192.168.56.13' },
    ].map((node) => ({ ...node, mac: '02:00:00:00:00:01', containerPool: null, segmentRange: null })) as never,
    vagrant: {
      provider: 'virtualbox',
      box: { name: 'swarmlab/debian12', url: null, version: null, sha256: null },
      memoryMb: { manager: 1024, worker: 768, outsider: 384 },
    },
  },
  stateDir: 'C:\\Users\\hong\\AppData\\Local\\swarmlab\\labs\\default',
  platform: 'win32',
  architecture: 'x64',
  env: {
    Path: 'C:\\Windows\\System32',
    SystemRoot: 'C:\\Windows',
    SystemDrive: 'C:',
    VBOX_MSI_INSTALL_PATH: 'C:\\Program Files\\Oracle\\VirtualBox\\',
    PROCESSOR_IDENTIFIER: 'Intel64 Family 6 Model 142 Stepping 12, GenuineIntel',
  },
  homedir: 'C:\\Users\\hong',
  cwd: 'C:\\Users\\hong\\lab',
};

const crlf = (text: string) => text.replaceAll('\n', '\r\n');
/** wmic writes UTF-16 with a mark, and one CR too many. */
const wmic = (text: string) => Buffer.from(`\ufeff\r\r\n\r\r\n${text}\r\r\n\r\r\n`, 'utf16le');
const vbox = 'C:\\Program Files\\Oracle\\VirtualBox\\VBoxManage.exe';
const deviceGuard = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\DeviceGuard';
const notFound = { exitStatus: 1, stderr: 'ERROR: ...' };

/** `route print -4` of a Korean Windows; its words are bytes of code page 949. */
const koreanRoutes = Buffer.concat([
  Buffer.from(crlf('===========================================================================\n')),
  // "활성 경로:" (active routes)
  Buffer.from([0xc8, 0xb0, 0xbc, 0xba, 0x20, 0xb0, 0xe6, 0xb7, 0xce, 0x3a, 0x0d, 0x0a]),
  Buffer.from(
    crlf(
      '          0.0.0.0          0.0.0.0       10.20.30.1     10.20.30.40     35\n       10.20.30.0    255.255.255.0            ',
    ),
  ),
  // "연결됨" (on-link)
  Buffer.from([0xbf, 0xac, 0xb0, 0xe1, 0xb5, 0xca]),
  Buffer.from(crlf('       10.20.30.40    291\n')),
]);

/** A laptop on which all is well. */
export const goodWindows: Answers = {
  'vagrant --version': 'Vagrant 2.4.9\r\n',
  [`${vbox} --version`]: '7.1.6r167084\r\n',
  [`${vbox} list hostinfo`]: crlf(
    'Host Information:\n\nHost time: 2026-11-21T02:00:00Z\nProcessor supports HW virtualization: yes\nProcessor supports PAE: yes\n',
  ),
  [`${vbox} list hostonlyifs`]: crlf(
    'Name:            VirtualBox Host-Only Ethernet Adapter\nGUID:            1b8a\nDHCP:            Disabled\nIPAddress:       192.168.56.1\nNetworkMask:     255.255.255.0\nStatus:          Up\nVBoxNetworkName: HostInterfaceNetworking-VirtualBox Host-Only Ethernet Adapter\n\n',
  ),
  [`${vbox} list systemproperties`]: crlf(
    'Minimum guest RAM size:          4 Megabytes\nDefault machine folder:          C:\\Users\\hong\\VirtualBox VMs\n',
  ),
  'wmic.exe computersystem get HypervisorPresent /value': wmic('HypervisorPresent=FALSE'),
  'wmic.exe cpu get VirtualizationFirmwareEnabled /value': wmic('VirtualizationFirmwareEnabled=TRUE'),
  'route.exe print -4': koreanRoutes,
  [`reg.exe query ${deviceGuard} /v EnableVirtualizationBasedSecurity`]: notFound,
  [`reg.exe query ${deviceGuard}\\Scenarios\\HypervisorEnforcedCodeIntegrity /v Enabled`]: notFound,
  'reg.exe query HKLM\\SYSTEM\\CurrentControlSet\\Services\\vmms /v Start': notFound,
  'reg.exe query HKLM\\SYSTEM\\CurrentControlSet\\Services\\vmcompute /v Start': notFound,
};

/** `reg query KEY /v NAME` as it prints a number. */
export function registryNumber(key: string, name: string, value: string): string {
  return crlf(`\n${key.replace('HKLM', 'HKEY_LOCAL_MACHINE')}\n    ${name}    REG_DWORD    ${value}\n\n`);
}

export { deviceGuard, vbox };
