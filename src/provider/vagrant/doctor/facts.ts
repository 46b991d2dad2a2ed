import type { VagrantConfig } from '../../../config/types.ts';
import type { LabPlan } from '../../../plan/types.ts';

/** What of a plan decides whether a machine can carry its VMs. */
export type HostPlan = Pick<LabPlan, 'lab' | 'segment' | 'nodes'> & {
  vagrant: Pick<VagrantConfig, 'provider' | 'box' | 'memoryMb'>;
};

export interface HostInput {
  plan: HostPlan;
  /** Absolute path of the lab's state folder, there or not. */
  stateDir: string;
  platform: NodeJS.Platform;
  /** `process.arch`: what this Node was built for. */
  architecture: string;
  env: Readonly<Record<string, string | undefined>>;
  homedir: string;
  /** What a box file's relative path starts from. */
  cwd: string;
}

export type Version = readonly [major: number, minor: number, patch: number];

/** What a program said when it was asked for its version. */
export type ProgramFact =
  | { kind: 'version'; version: Version; file: string /** All that it printed. */; said: string }
  | { kind: 'missing' }
  /** It is there and did not tell. */
  | { kind: 'failed'; file: string; said: string };

/** An IPv4 address of this machine. */
export interface InterfaceFact {
  name: string;
  address: string;
  prefixLength: number;
}

export interface RouteFact {
  subnet: string;
  /** The interface's name, or its address where the system tells that. */
  through: string;
}

export interface FolderFact {
  what: 'state' | 'vagrant-home' | 'machines';
  path: string;
  /** Megabytes that this user may still fill; null when it could not be asked. */
  freeMb: number | null;
  /** Folders with the same one share their room. */
  device: string;
}

export type BoxFact =
  | { kind: 'not-local' }
  /** Vagrant has it already; the file is not needed any more. */
  | { kind: 'added' }
  | { kind: 'missing'; file: string }
  | { kind: 'file'; file: string /** Null where none is asked for. */; sha256: string | null };

/** Linux's KVM; the settings are read from /sys/module. */
export interface KvmFact {
  /** `kvm_intel` or `kvm_amd` is loaded. */
  loaded: boolean;
  /** Since Linux 6.12: it takes the processor's virtualization as soon as it is loaded; null where there is no such setting. */
  enabledAtLoad: boolean | null;
  /** Of the kernel. */
  kernel: string;
}

/** Everything that the checks look at. Null: it could not be found out, and nothing is said about it. */
export interface HostFacts {
  /** Of the processor, whatever this Node was built for. */
  processor: 'x64' | 'arm64' | 'other';
  vagrant: ProgramFact;
  /** HashiCorp's own build: a distribution's may have been taught more than its version says. */
  vagrantIsVendors: boolean;
  virtualBox: ProgramFact;
  /** Vagrant's plugins by name; asked for libvirt only. */
  plugins: readonly string[] | null;
  /** As VirtualBox sees it. */
  hardwareVirtualization: boolean | null;
  /** As the firmware says, on Windows. It is false too where a hypervisor runs. */
  firmwareVirtualization: boolean | null;
  /** Another hypervisor runs below Windows. */
  hypervisorPresent: boolean | null;
  /** What is switched on that brings it. */
  hypervisorUsers: readonly ('memory-integrity' | 'vbs' | 'hyper-v' | 'virtual-machine-platform')[];
  kvm: KvmFact | null;
  interfaces: readonly InterfaceFact[];
  routes: readonly RouteFact[] | null;
  /** VirtualBox's host-only interfaces. */
  hostOnly: readonly InterfaceFact[] | null;
  /** CIDRs that VirtualBox allows for host-only addresses; null where it does not restrict them. */
  allowedRanges: readonly string[] | null;
  totalMemoryMb: number;
  freeMemoryMb: number;
  folders: readonly FolderFact[];
  /** Scripts for machines that have CRLF in this checkout. */
  crlfScripts: readonly string[] | null;
  box: BoxFact;
}
