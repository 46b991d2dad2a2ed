import { join } from 'node:path';
import type { ContainerPool, LabPlan } from '../../plan/types.ts';
import type { Machine } from './layout.ts';

/** The lab's DNS stands in the world, beyond the gateway. */
export function resolvConf(plan: LabPlan): string {
  return `nameserver ${plan.world.address}\n`;
}

export function hostsFile(plan: LabPlan, machine: Machine): string {
  const address = machine.node?.address ?? (machine.kind === 'world' ? plan.world.address : null);
  return `127.0.0.1 localhost\n${address === null ? '' : `${address} ${machine.name}\n`}`;
}

/** What the lab's DNS answers; anything else is NXDOMAIN, at once. */
export function worldNames(plan: LabPlan): string {
  const names = [...plan.nodes, plan.world].map(({ address, name }) => `${address} ${name}\n`);
  return names.join('');
}

export function worldPage(plan: LabPlan): string {
  return `This is ${plan.world.name} (${plan.world.address}), the internet of lab ${plan.lab}.\n`;
}

/** `preflight` lets no folder through that these quotes cannot hold (sshd_config(5)). One connection per process (`sshd -i`), the lab's key only, and no client configuration of the computer's own. */
export function sshdConfig(machineDir: string): string {
  return [
    `HostKey "${join(machineDir, 'host_key')}"`,
    `AuthorizedKeysFile "${join(machineDir, 'authorized_keys')}"`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'PidFile none',
    'UseDNS no',
    'PrintMotd no',
    'PrintLastLog no',
    'LogLevel ERROR',
    'AllowStreamLocalForwarding yes',
    'Subsystem sftp internal-sftp',
    'SetEnv DOCKER_CONFIG=/etc/docker/client',
    '',
  ].join('\n');
}

/** For `dockerd --config-file`. The cgroup driver is named, or an engine beside systemd would look for systemd's. */
export function daemonJson(
  machineDir: string,
  pool: ContainerPool,
  cgroupParent: string,
  options: Readonly<Record<string, unknown>> = {},
): string {
  const settings = {
    ...options,
    'data-root': join(machineDir, 'docker'),
    bip: pool.defaultBridge,
    'default-address-pools': [{ base: pool.automatic.base, size: pool.automatic.prefixLength }],
    'cgroup-parent': cgroupParent,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}
