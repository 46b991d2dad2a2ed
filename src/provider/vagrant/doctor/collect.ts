import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram, variable } from '../../../core/program/find-program.ts';
import type { RunProgram } from '../../../core/program/run-program.ts';
import { vboxManageCandidates, vboxManageEnv } from '../vbox-manage.ts';
import { type Asker, askVersion, createAsker } from './ask.ts';
import type { BoxFact, FolderFact, HostFacts, HostInput, ProgramFact, RouteFact } from './facts.ts';
import {
  parseNetstatRoutes,
  parseProcRoutes,
  parseVmStat,
  readAllowedRanges,
  readKvm,
  readMacProcessor,
} from './read-unix.ts';
import { askVirtualBox } from './read-virtualbox.ts';
import { readWindows } from './read-windows.ts';
import type { HostSystem } from './system.ts';

/** Asks the machine. What cannot be found out is null; rejects only with the signal's reason. */
export async function collectFacts(
  input: HostInput,
  run: RunProgram,
  system: HostSystem,
  signal: AbortSignal,
): Promise<HostFacts> {
  const asker = createAsker(run, signal);
  const [vagrant, virtualBox, own] = await Promise.all([
    readVagrant(asker, input),
    readVirtualBox(asker, input),
    readPlatform(asker, system, input),
  ]);
  const [allowedRanges, folders, crlfScripts, box] = await Promise.all([
    readAllowedRanges(system, input.platform, versionOf(virtualBox.virtualBox)),
    readFolders(input, system, virtualBox.machineFolder),
    system.crlfScripts(),
    readBox(input, system, signal),
  ]);
  const { machineFolder: _, hardwareVirtualization, ...answers } = virtualBox;
  const memory = system.memory();
  return {
    ...answers,
    hardwareVirtualization: hardwareVirtualization ?? own.processorFlag,
    vagrant: vagrant.program,
    plugins: vagrant.plugins,
    vagrantIsVendors: await isVendors(input, system),
    interfaces: system.interfaces(),
    allowedRanges,
    folders,
    crlfScripts,
    box,
    totalMemoryMb: memory.totalMb,
    freeMemoryMb: own.freeMemoryMb ?? memory.freeMb,
    processor: own.processor,
    routes: own.routes,
    kvm: own.kvm,
    firmwareVirtualization: own.firmwareVirtualization,
    hypervisorPresent: own.hypervisorPresent,
    hypervisorUsers: own.hypervisorUsers,
  };
}

/** Without network it would wait for the answer about newer versions. */
const quietVagrant = { VAGRANT_CHECKPOINT_DISABLE: '1', VAGRANT_NO_COLOR: '1' };

async function readVagrant(asker: Asker, { plan }: HostInput) {
  const program = await askVersion(asker, ['vagrant'], /^Vagrant (\d+)\.(\d+)\.(\d+)/m, quietVagrant);
  const listed =
    plan.vagrant.provider === 'libvirt' && program.kind === 'version'
      ? await asker.text('vagrant', ['plugin', 'list', '--machine-readable'], quietVagrant)
      : null;
  // `1700000000,,plugin-name,vagrant-libvirt`
  const plugins =
    listed === null ? null : [...listed.matchAll(/^[^,]*,[^,]*,plugin-name,(\S+)$/gm)].map(([, name = '']) => name);
  return { program, plugins };
}

async function readVirtualBox(asker: Asker, { plan, platform, env }: HostInput) {
  const virtualBox: ProgramFact =
    plan.vagrant.provider === 'virtualbox'
      ? await askVersion(asker, vboxManageCandidates(platform, env), /^(\d+)\.(\d+)\.(\d+)/m, vboxManageEnv)
      : { kind: 'missing' };
  return { virtualBox, ...(await askVirtualBox(asker, virtualBox.kind === 'version' ? virtualBox.file : null)) };
}

type PlatformFacts = Pick<
  HostFacts,
  'processor' | 'firmwareVirtualization' | 'hypervisorPresent' | 'hypervisorUsers' | 'kvm' | 'routes'
> & {
  freeMemoryMb: number | null /** Linux names VT-x or AMD-V among the processor's; its absence says little. */;
  processorFlag: true | null;
};

async function readPlatform(asker: Asker, system: HostSystem, input: HostInput): Promise<PlatformFacts> {
  const none = {
    firmwareVirtualization: null,
    hypervisorPresent: null,
    hypervisorUsers: [],
    kvm: null,
    freeMemoryMb: null,
    processorFlag: null,
  };
  const parsed = (text: string | null, parse: (text: string) => readonly RouteFact[]) =>
    text === null ? null : parse(text);
  switch (input.platform) {
    case 'win32':
      return { ...none, ...(await readWindows(asker, input)) };
    case 'darwin': {
      const [processor, netstat, vmStat] = await Promise.all([
        readMacProcessor(asker, input.architecture),
        asker.text('netstat', ['-rn', '-f', 'inet']),
        asker.text('vm_stat', []),
      ]);
      const freeMemoryMb = vmStat === null ? null : parseVmStat(vmStat);
      return { ...none, processor, routes: parsed(netstat, parseNetstatRoutes), freeMemoryMb };
    }
    default: {
      const [kvm, routes, processors] = await Promise.all([
        readKvm(system),
        system.readText('/proc/net/route'),
        system.readText('/proc/cpuinfo'),
      ]);
      const processorFlag = /^flags\s*:.* (vmx|svm)( |$)/m.test(processors ?? '') ? true : null;
      const processor = input.architecture === 'x64' || input.architecture === 'arm64' ? input.architecture : 'other';
      return { ...none, kvm, processor, processorFlag, routes: parsed(routes, parseProcRoutes) };
    }
  }
}

/** HashiCorp's packages live in /opt/vagrant, and on Windows and macOS there are no others. */
async function isVendors({ platform, env }: HostInput, system: HostSystem): Promise<boolean> {
  if (platform !== 'linux') return true;
  const file = await findProgram('vagrant', { platform, env, isProgram: system.isFile });
  return file !== null && (await system.realPath(file)).startsWith('/opt/vagrant/');
}

function vagrantHome({ platform, env, homedir }: HostInput): string {
  const { join } = platform === 'win32' ? path.win32 : path.posix;
  const set = variable(env, 'VAGRANT_HOME', platform === 'win32');
  return set === undefined || set === '' ? join(homedir, '.vagrant.d') : set;
}

async function readFolders(input: HostInput, system: HostSystem, machineFolder: string | null): Promise<FolderFact[]> {
  const { stateDir, plan } = input;
  const machines = machineFolder ?? (plan.vagrant.provider === 'libvirt' ? '/var/lib/libvirt/images' : null);
  const folders: readonly { what: FolderFact['what']; path: string | null }[] = [
    { what: 'state', path: stateDir },
    { what: 'vagrant-home', path: vagrantHome(input) },
    { what: 'machines', path: machines === '' ? null : machines },
  ];
  return Promise.all(
    folders.flatMap(({ what, path: folder }) =>
      folder === null
        ? []
        : [
            (async () => {
              const room = await system.room(folder);
              return { what, path: folder, freeMb: room?.freeMb ?? null, device: room?.device ?? folder };
            })(),
          ],
    ),
  );
}

async function readBox(input: HostInput, system: HostSystem, signal: AbortSignal): Promise<BoxFact> {
  const { name, url, sha256 } = input.plan.vagrant.box;
  const windows = input.platform === 'win32';
  const rules = windows ? path.win32 : path.posix;
  // Vagrant writes a slash so (lib/vagrant/box_collection.rb).
  const folder = rules.join(vagrantHome(input), 'boxes', name.replaceAll('/', '-VAGRANTSLASH-'));
  if (await system.isFolder(folder)) return { kind: 'added' };
  const file = url === null ? null : localFile(url, windows);
  if (file === null) return { kind: 'not-local' };
  const resolved = rules.resolve(input.cwd, file);
  if (!(await system.isFile(resolved))) return { kind: 'missing', file: resolved };
  return { kind: 'file', file: resolved, sha256: sha256 === null ? null : await system.sha256(resolved, signal) };
}

/** `D:\boxes\a.box`, `boxes/a.box` and `file:///D:/boxes/a.box` are files; what has another scheme is not. */
export function localFile(boxUrl: string, windows: boolean): string | null {
  if (/^file:/i.test(boxUrl)) {
    try {
      return fileURLToPath(boxUrl, { windows });
    } catch {
      return null;
    }
  }
  // One letter before the colon is a drive.
  return /^[a-z][a-z0-9+.-]+:/i.test(boxUrl) ? null : boxUrl;
}

function versionOf(program: ProgramFact) {
  return program.kind === 'version' ? program.version : null;
}
