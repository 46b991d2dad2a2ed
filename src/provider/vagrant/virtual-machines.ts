import { programText } from '../../core/program/program-text.ts';
import type { ProgramResult, RunProgram } from '../../core/program/run-program.ts';
import { vboxManageCandidates, vboxManageEnv } from './vbox-manage.ts';

/** A VM whose name carries the mark of a lab, wherever Vagrant's own memory of it may be. */
export interface MarkedMachine {
  hypervisor: 'virtualbox' | 'libvirt';
  /** VirtualBox's UUID or libvirt's domain name. */
  id: string;
  name: string;
}

const askTimeoutMs = 60_000;

/** The VMs whose names begin so, by the hypervisors' own word; none where a hypervisor is not there. */
export async function markedMachines(
  prefix: string,
  run: RunProgram,
  signal: AbortSignal,
): Promise<readonly MarkedMachine[]> {
  const options = { signal, timeoutMs: askTimeoutMs };
  const [virtualBox, libvirt] = await Promise.all([
    vboxManage(['list', 'vms'], run, signal),
    run('virsh', ['-c', 'qemu:///system', 'list', '--all', '--name'], options),
  ]);
  const vms =
    virtualBox.kind === 'missing' ? [] : [...programText(virtualBox.stdout).matchAll(/^"(.*)" \{([0-9a-f-]+)\}$/gm)];
  const domains = libvirt.kind === 'missing' ? [] : programText(libvirt.stdout).split('\n');
  return [
    ...vms.map(([, name = '', id = '']): MarkedMachine => ({ hypervisor: 'virtualbox', id, name })),
    ...domains.map((name): MarkedMachine => ({ hypervisor: 'libvirt', id: name.trim(), name: name.trim() })),
  ].filter(({ name }) => name.startsWith(prefix));
}

/** Turns one off and deletes it with its disks; whatever state it is in. */
export async function deleteMachine(machine: MarkedMachine, run: RunProgram, signal: AbortSignal): Promise<void> {
  if (machine.hypervisor === 'libvirt') {
    const virsh = (args: readonly string[]) =>
      run('virsh', ['-c', 'qemu:///system', ...args], { signal, timeoutMs: askTimeoutMs });
    await virsh(['destroy', machine.id]);
    await virsh(['undefine', '--remove-all-storage', '--snapshots-metadata', '--managed-save', machine.id]);
    return;
  }
  await vboxManage(['controlvm', machine.id, 'poweroff'], run, signal);
  await vboxManage(['unregistervm', machine.id, '--delete'], run, signal);
}

async function vboxManage(args: readonly string[], run: RunProgram, signal: AbortSignal): Promise<ProgramResult> {
  for (const program of vboxManageCandidates(process.platform, process.env)) {
    const result = await run(program, args, { signal, timeoutMs: askTimeoutMs, env: vboxManageEnv });
    if (result.kind !== 'missing') return result;
  }
  return { kind: 'missing' };
}
