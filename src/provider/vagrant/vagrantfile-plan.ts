import { formatSubnetMask } from '../../plan/ipv4.ts';
import type { LabPlan } from '../../plan/types.ts';
import { gatewayNode, worldSshPort } from './layout.ts';

/** The plan as the Vagrantfile reads it. Files are relative to the plan's own folder. */
export interface VagrantfilePlan {
  box: { name: string; url: string | null; version: string | null; sha256: string | null };
  bootTimeoutSeconds: number;
  /** What the names of the VMs begin with. */
  titlePrefix: string;
  /** Name of the segment, where the provider names networks. */
  network: string;
  libvirtDriver: 'kvm' | 'qemu';
  admitScript: string;
  /** Null: the machines keep the keys of their box. */
  loginKeyFile: string | null;
  hostKeyFile: string | null;
  machines: readonly {
    name: string;
    title: string;
    address: string;
    netmask: string;
    mac: string;
    memoryMb: number;
    cpus: number;
    /** The guest's port of the world's SSH server; null for all but one. */
    worldSshPort: number | null;
  }[];
}

/** Vagrant waits that long for a machine to let it in; a box on a slow disk beside Hyper-V takes minutes. */
const longestBootSeconds = 900;

/** Pure: what the Vagrantfile needs of a lab's plan, which must have `vagrant`. */
export function vagrantfilePlan(
  plan: LabPlan,
  at: Pick<VagrantfilePlan, 'titlePrefix' | 'libvirtDriver' | 'admitScript' | 'loginKeyFile' | 'hostKeyFile'>,
): VagrantfilePlan {
  const { vagrant } = plan;
  if (vagrant === null) throw new Error('the plan has no virtual machines');
  const gateway = gatewayNode(plan);
  return {
    box: vagrant.box,
    bootTimeoutSeconds: Math.max(30, Math.min(longestBootSeconds, Math.floor(plan.timeoutMs / 2000))),
    network: at.titlePrefix.replace(/-$/, ''),
    ...at,
    machines: plan.nodes.map((node) => ({
      name: node.name,
      title: `${at.titlePrefix}${node.name}`,
      address: node.address,
      netmask: formatSubnetMask(plan.segment.prefixLength),
      mac: node.mac,
      memoryMb: vagrant.memoryMb[node.role],
      cpus: vagrant.cpus,
      worldSshPort: node === gateway ? worldSshPort : null,
    })),
  };
}
