import type { Finding } from '../../finding.ts';
import { type Check, onVirtualBox } from './check.ts';
import type { HostFacts } from './facts.ts';
import { compare, lacksKernelModule } from './versions.ts';

export const processorFits: Check = {
  id: 'processor',
  about: 'the processor runs the box, which is for amd64',
  applies: onVirtualBox,
  look({ processor }, { platform }) {
    if (processor !== 'arm64') return [];
    const name = platform === 'darwin' ? 'Apple silicon' : 'an ARM processor';
    return [
      {
        code: 'processor.arm',
        severity: 'blocks',
        symptom: `This machine has ${name}: VMs of the box do not start.`,
        cause: 'VirtualBox 7.1 and later run on ARM, but no amd64 guests there; the box is for amd64.',
        remedy: 'use a machine with an Intel or AMD processor, or provider netns in a Linux VM',
      },
    ];
  },
};

export const virtualizationOn: Check = {
  id: 'virtualization',
  about: "the processor's virtualization is switched on",
  applies: (input) => onVirtualBox(input) && input.platform !== 'darwin',
  look({ hardwareVirtualization, firmwareVirtualization, hypervisorPresent, processor, virtualBox }) {
    if (processor === 'arm64') return [];
    // Below a hypervisor Windows sees no firmware's word: it says false though it is on.
    const saysFirmware = firmwareVirtualization === false && hypervisorPresent === false;
    // Without its kernel module VirtualBox cannot see the processor, and says no.
    const isBlind = virtualBox.kind !== 'version' || lacksKernelModule(virtualBox);
    const saysVirtualBox = hardwareVirtualization === false && !isBlind && firmwareVirtualization !== true;
    const off = saysFirmware || saysVirtualBox;
    if (off && hypervisorPresent !== true) {
      return [
        {
          code: 'virtualization.off',
          severity: 'blocks',
          symptom: 'VMs do not start: VERR_VMX_NO_VMX, VERR_VMX_MSR_ALL_VMX_DISABLED or VERR_SVM_DISABLED.',
          cause:
            'Intel VT-x or AMD-V is switched off in the firmware, or this is a VM itself without nested virtualization.',
          remedy:
            'restart into the firmware settings (often F2 or Del), enable "Intel Virtualization Technology" or "SVM Mode"',
        },
      ];
    }
    return (hardwareVirtualization === null || isBlind) && firmwareVirtualization === null ? null : [];
  },
};

const users = {
  'memory-integrity': 'Memory integrity (Core isolation)',
  vbs: 'virtualization-based security',
  'hyper-v': 'Hyper-V',
  'virtual-machine-platform': 'the Virtual Machine Platform (WSL2, Docker Desktop)',
} as const;

/** VirtualBox runs above Windows' hypervisor since 6.0, by its NEM; slowly, and not on every machine. */
export const hypervisorFree: Check = {
  id: 'hypervisor',
  about: "no other hypervisor holds the processor's virtualization",
  applies: (input) => onVirtualBox(input) && input.platform === 'win32',
  look({ hypervisorPresent, hypervisorUsers }) {
    if (hypervisorPresent === null) return null;
    if (!hypervisorPresent) return [];
    const by =
      hypervisorUsers.length === 0
        ? 'Something of Windows (Hyper-V, WSL2, Core isolation) has started its hypervisor'
        : `${sentenceStart(hypervisorUsers.map((user) => users[user]).join(', '))} ${hypervisorUsers.length === 1 ? 'has' : 'have'} Windows' hypervisor started`;
    return [
      {
        code: 'hypervisor.held',
        severity: 'warns',
        symptom: 'VMs boot many times slower (a turtle in the status bar), or not at all: VERR_NEM_VM_CREATE_FAILED.',
        cause: `${by}; it holds VT-x or AMD-V, and VirtualBox has to go through it.`,
        remedy: `${
          hypervisorUsers.includes('memory-integrity') || hypervisorUsers.includes('vbs')
            ? 'switch off Memory integrity in Windows Security, Device security, Core isolation; '
            : ''
        }bcdedit /set hypervisorlaunchtype off, as administrator, then restart (WSL2 and Docker Desktop rest until "auto" instead of "off")`,
      },
    ];
  },
};

/**
 * KVM takes the virtualization when it is loaded since Linux 6.12 (kvm.enable_virt_at_load), which VirtualBox cannot
 * share; VirtualBox 7.2.10 and later go through KVM instead and need it enabled (VirtualBox issues 188 and 711).
 */
export const kvmShares: Check = {
  id: 'kvm',
  about: "KVM leaves the processor's virtualization to VirtualBox",
  applies: (input) => onVirtualBox(input) && input.platform === 'linux',
  look({ kvm, virtualBox }: HostFacts): readonly Finding[] | null {
    if (kvm === null || virtualBox.kind !== 'version') return null;
    if (!kvm.loaded || kvm.enabledAtLoad === null) return [];
    const throughKvm = compare(virtualBox.version, [7, 2, 10]) >= 0;
    if (kvm.enabledAtLoad === throughKvm) return [];
    return [
      throughKvm
        ? {
            code: 'kvm.not-enabled',
            severity: 'warns',
            symptom: 'VMs may not start: VERR_SVM_HOST_SVME_NOT_ENABLED.',
            cause: `VirtualBox 7.2.10 and later use KVM where it is loaded, and kvm.enable_virt_at_load is off (kernel ${kvm.kernel}).`,
            remedy: 'remove "enable_virt_at_load=0" from /etc/modprobe.d and the kernel command line, then restart',
          }
        : {
            code: 'kvm.held',
            severity: 'warns',
            symptom: 'VMs may not start: VERR_VMX_IN_VMX_ROOT_MODE or VERR_SVM_IN_USE.',
            cause: `KVM is loaded and takes VT-x or AMD-V for itself at once (kernel ${kvm.kernel}; so since 6.12).`,
            remedy:
              "echo 'options kvm enable_virt_at_load=0' | sudo tee /etc/modprobe.d/virtualbox-kvm.conf, then restart",
          },
    ];
  },
};

function sentenceStart(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
