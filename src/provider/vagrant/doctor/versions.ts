import type { Finding } from '../../finding.ts';
import { always, type Check, onLibvirt, onVirtualBox } from './check.ts';
import type { HostFacts, HostInput, Version } from './facts.ts';

/** VirtualBox's versions and the first Vagrant that drives each (Vagrant's CHANGELOG.md: 2.2.7, 2.3.2, 2.4.2, 2.4.9). */
const firstVagrant: readonly { virtualBox: string; vagrant: Version }[] = [
  { virtualBox: '6.1', vagrant: [2, 2, 7] },
  { virtualBox: '7.0', vagrant: [2, 3, 2] },
  { virtualBox: '7.1', vagrant: [2, 4, 2] },
  { virtualBox: '7.2', vagrant: [2, 4, 9] },
];

export const vagrantThere: Check = {
  id: 'vagrant',
  about: 'Vagrant is there and runs',
  applies: always,
  look({ vagrant }, { platform }) {
    switch (vagrant.kind) {
      case 'version':
        return [];
      case 'missing':
        return [
          {
            code: 'vagrant.missing',
            severity: 'blocks',
            symptom: 'No VM can be made: there is no program vagrant.',
            cause:
              'Vagrant is not installed, or was installed after this terminal was opened: PATH is read at its start.',
            remedy: install(platform, 'vagrant'),
          },
        ];
      case 'failed':
        return [
          {
            code: 'vagrant.broken',
            severity: 'blocks',
            symptom: `${vagrant.file} does not tell its version: ${firstLine(vagrant.said)}`,
            cause:
              'Vagrant itself does not start: often VAGRANT_HOME or the user folder has a name outside ASCII, or a plugin is broken.',
            remedy:
              platform === 'win32' ? 'setx VAGRANT_HOME C:\\vagrant.d, then a new terminal' : 'vagrant plugin expunge',
          },
        ];
      default:
        return vagrant satisfies never;
    }
  },
};

export const virtualBoxThere: Check = {
  id: 'virtualbox',
  about: 'VirtualBox is there and runs',
  applies: onVirtualBox,
  look({ virtualBox }, { platform }) {
    switch (virtualBox.kind) {
      case 'missing':
        return [
          {
            code: 'virtualbox.missing',
            severity: 'blocks',
            symptom: 'No VM can be made: there is no program VBoxManage.',
            cause: 'VirtualBox is not installed, or not where its installer puts it.',
            remedy: install(platform, 'virtualbox'),
          },
        ];
      case 'failed':
        return [
          {
            code: 'virtualbox.broken',
            severity: 'blocks',
            symptom: `${virtualBox.file} does not tell its version: ${firstLine(virtualBox.said)}`,
            cause: 'VirtualBox is installed, but its own programs do not start.',
            remedy:
              platform === 'win32'
                ? 'choco install -y --force virtualbox, as administrator'
                : 'install VirtualBox anew',
          },
        ];
      case 'version':
        return platform === 'linux' && lacksKernelModule(virtualBox) ? [noKernelModule] : [];
      default:
        return virtualBox satisfies never;
    }
  },
};

/** VBoxManage says on every call when its device is not there (Linux). */
export function lacksKernelModule({ said }: { said: string }): boolean {
  return said.includes('/dev/vboxdrv');
}

const noKernelModule: Finding = {
  code: 'virtualbox.no-kernel-module',
  severity: 'blocks',
  symptom: 'VMs do not start: VBoxManage warns that /dev/vboxdrv is not there.',
  cause: "VirtualBox's kernel module is not built for this kernel, not loaded, or refused by Secure Boot.",
  remedy: 'sudo /sbin/vboxconfig, or sudo apt-get install linux-headers-$(uname -r) virtualbox-dkms',
};

export const versionsGoTogether: Check = {
  id: 'versions',
  about: 'the versions of Vagrant and VirtualBox go together',
  applies: onVirtualBox,
  look({ vagrant, virtualBox, vagrantIsVendors }, { platform }) {
    if (vagrant.kind !== 'version' || virtualBox.kind !== 'version') return null;
    const series = `${virtualBox.version[0]}.${virtualBox.version[1]}`;
    const known = firstVagrant.find((pair) => pair.virtualBox === series);
    const newest = firstVagrant.at(-1);
    const isNewer = newest !== undefined && series.localeCompare(newest.virtualBox, 'en', { numeric: true }) > 0;
    if (known === undefined && !isNewer) return [];
    if (known !== undefined && compare(vagrant.version, known.vagrant) >= 0) return [];
    const wanted = known === undefined ? 'a Vagrant that names it' : `Vagrant ${known.vagrant.join('.')} or later`;
    return [
      {
        code: 'versions.mismatch',
        // A distribution's build may know a VirtualBox that came after its version, and nobody knows the next one.
        severity: known !== undefined && vagrantIsVendors ? 'blocks' : 'warns',
        symptom: `"vagrant up" says that its provider is not usable, or that VirtualBox ${virtualBox.version.join('.')} is not supported.`,
        cause: `Vagrant drives only VirtualBox versions that it knows: ${series} wants ${wanted}, this is ${vagrant.version.join('.')}.`,
        remedy:
          platform === 'win32'
            ? 'choco upgrade -y vagrant, as administrator, then restart Windows'
            : `install ${wanted}, or VirtualBox ${fittingSeries(vagrant.version)}`,
      },
    ];
  },
};

export const libvirtPlugin: Check = {
  id: 'libvirt-plugin',
  about: "Vagrant's plugin for libvirt",
  applies: onLibvirt,
  look({ plugins }: HostFacts, { platform }: HostInput) {
    if (platform !== 'linux') {
      return [
        {
          code: 'libvirt.not-linux',
          severity: 'blocks',
          symptom: `No VM can be made by libvirt on ${platform}.`,
          cause: 'libvirt with KVM is for Linux.',
          remedy: 'write "provider: virtualbox" below "vagrant:" in swarmlab.yaml',
        },
      ];
    }
    if (plugins === null) return null;
    if (plugins.includes('vagrant-libvirt')) return [];
    return [
      {
        code: 'libvirt.plugin-missing',
        severity: 'blocks',
        symptom: '"vagrant up" says that it knows no provider libvirt.',
        cause: 'libvirt is not built into Vagrant: it is the plugin vagrant-libvirt.',
        remedy: 'sudo apt-get install vagrant-libvirt, or vagrant plugin install vagrant-libvirt',
      },
    ];
  },
};

export function compare(left: Version, right: Version): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

function fittingSeries(vagrant: Version): string {
  const fitting = firstVagrant.filter((pair) => compare(vagrant, pair.vagrant) >= 0).at(-1);
  return fitting === undefined ? '6.0' : fitting.virtualBox;
}

function install(platform: NodeJS.Platform, name: 'vagrant' | 'virtualbox'): string {
  switch (platform) {
    case 'win32':
      return `choco install -y ${name}, as administrator, then a new terminal`;
    case 'darwin':
      return `brew install --cask ${name}`;
    default:
      return name === 'vagrant'
        ? 'sudo apt-get install vagrant, or the package of developer.hashicorp.com/vagrant'
        : 'install the package of virtualbox.org for your distribution';
  }
}

function firstLine(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '');
  return line === undefined ? 'it says nothing.' : line.trim();
}
