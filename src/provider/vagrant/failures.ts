import { LabError } from '../../core/errors.ts';
import { errorExit, type MachineLine, uiTexts } from './machine-readable.ts';

/** There is no `vagrant` on this machine. */
export function vagrantMissing(): LabError {
  return new LabError({
    code: 'vagrant.missing',
    message: 'there is no vagrant in PATH',
    hint: 'install Vagrant (on Windows: choco install vagrant) and open a new terminal; swarmlab doctor looks again',
  });
}

interface Kind {
  code: string;
  /** Vagrant's names for the error (lib/vagrant/errors.rb), without their modules. */
  names: RegExp;
  /** Else by what VirtualBox said. */
  said?: RegExp;
  what: string;
  hint: string;
}

/** In this order: the first that fits. */
const kinds: readonly Kind[] = [
  {
    code: 'vagrant.hypervisor',
    names: /^(HypervVirtualBoxError|VirtualBoxGuestPropertyNotFound)$/,
    said: /VERR_(NEM_VM_CREATE_FAILED|NEM_NOT_AVAILABLE|VMX_IN_VMX_ROOT_MODE|VMX_NO_VMX|VMX_MSR_ALL_VMX_DISABLED|SVM_DISABLED|SVM_IN_USE)|HMR3Init|VT-x is (not available|being used)|AMD-V is/,
    what: 'the processor could not be given to the machine',
    hint: 'swarmlab doctor says what holds it (Hyper-V, WSL2, another hypervisor) or whether it is off in the firmware',
  },
  {
    code: 'vagrant.box',
    names:
      /^(Box\w*|Downloader\w*|HandshakeError|CorruptMatchMACAddress|VMBaseMacNotSpecified|VMImportFailure|VMCloneFailure)$/,
    said: /Box '.*' could not be found|E_INVALIDARG.*ovf|Error reading "|VBOX_E_FILE_ERROR/,
    what: 'the box could not be had',
    hint: 'without internet, or once the public catalogue has closed: vagrant: {box: FILE.box} in swarmlab.yaml, with a file of swarmlab box build or of a bundle',
  },
  {
    code: 'vagrant.boot',
    names:
      /^(VMBootTimeout|VMBootBadState|NoIpAddressError|DomainStartError|SSHConnectionTimeout|SSHAuthenticationFailed|SSHNotReady|SSHDisconnected|SSHConnectionReset|VMNoMatchMAC|SSHChannelOpenFail|SSHUnavailable|NetSSHException)$/,
    what: 'it does not boot, or lets nobody in',
    hint: 'look at its screen in VirtualBox (a slow computer beside Hyper-V needs --timeout 60m; libvirt in a virtual machine needs vagrant: {domainType: qemu}); swarmlab down removes it, swarmlab up makes it anew',
  },
  {
    code: 'vagrant.provider',
    names:
      /^(NoDefaultProvider|ProviderNotUsable|ProviderNotFound|ProviderNotFoundSuggestion|VBoxManageNotFoundError|VBoxManageLaunchError|VirtualBoxNotDetected|VirtualBoxKernelModuleNotLoaded|VirtualBoxInstallIncomplete|VirtualBoxInvalidVersion|VirtualBoxBrokenVersion\w*|VirtualBoxNoName|VirtualBoxUserMismatch|NoLibvirt\w*|FogLibvirtConnectionError|VirtualBoxNoRoomForHighLevelNetwork|ProviderChecksumMismatch)$/,
    said: /No usable default provider|[Pp]rovider '[^']*'.*(isn't usable|is not usable|could not be found)|VBoxManage.* (binary|command).* (not|could)|VirtualBox is complaining/s,
    what: 'what Vagrant makes machines with is not usable',
    hint: 'install VirtualBox (on Windows: choco install virtualbox) of a version that this Vagrant knows; swarmlab doctor says which go together',
  },
  {
    code: 'vagrant.network',
    names:
      /^(NetworkCollision|NetworkAddressInvalid|NetworkNotFound|VirtualBoxInvalidHostSubnet|NetworkTypeNotSupported|NetworkDHCPAlreadyAttached|CreateNetworkError|ActivateNetworkError|ManagementNetworkError|NetworkNameAndAddressMismatch|VirtualBoxHostOnly\w*)$/,
    said: /Code E_ACCESSDENIED|hostonly|host-only|network .* is not available|Failed to create the host/i,
    what: 'its network could not be made',
    hint: 'another network of this computer may have the same addresses, or VirtualBox may not be allowed them: see segment.subnet in swarmlab.yaml, inside 192.168.56.0/21',
  },
  {
    code: 'vagrant.port',
    names: /^(ForwardPortCollision\w*|ForwardPortAutolistEmpty|ForwardPortHostIPNotFound|ForwardPortAdapterNotFound)$/,
    what: 'no port of this computer could be given to it',
    hint: 'ports 2200 to 2450 of 127.0.0.1 are tried; end what holds them, or halt labs that are not used',
  },
  {
    code: 'vagrant.busy',
    names: /^(MachineLocked|EnvironmentLocked|MachineActionLockedError)$/,
    what: 'another vagrant works on it',
    hint: 'wait for it to end, then swarmlab up again',
  },
];

/** What went wrong in a `vagrant --machine-readable`, in our words, with Vagrant's own behind them. */
export function explainFailure(
  what: string,
  lines: readonly MachineLine[],
  ended: { exitStatus: number | null; stderr: string },
): LabError {
  const exit = errorExit(lines);
  const said = exit?.message || firstLines(ended.stderr || uiTexts(lines).slice(-4).join('\n'));
  const name = exit?.name.split('::').at(-1) ?? '';
  const kind = kinds.find((each) => each.said?.test(said)) ?? kinds.find((each) => each.names.test(name));
  const target = lines.findLast(({ type, target }) => type === 'ui' && target !== '')?.target;
  const where = target === undefined ? what : `${target}`;
  const words = firstLines(said);
  return new LabError({
    code: kind?.code ?? 'vagrant.failed',
    message:
      kind === undefined
        ? `${what} ended with ${ended.exitStatus ?? 'a signal'}${name === '' ? '' : ` (${name})`}: ${words}`
        : `${where}: ${kind.what}: ${words}`,
    hint: kind?.hint ?? 'swarmlab doctor looks for known causes; swarmlab down removes what there is',
  });
}

/** The beginning of what a program complained about, in one line, and its end: errors that Vagrant wraps stand there. */
function firstLines(text: string): string {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const beginning = lines.slice(0, 4).join(' ').slice(0, 600);
  const end = lines.length > 4 ? ` [...] ${(lines.at(-1) ?? '').slice(0, 300)}` : '';
  return `${beginning}${end}` || 'it said nothing';
}
