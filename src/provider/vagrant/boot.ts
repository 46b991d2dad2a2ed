import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VagrantConfig } from '../../config/types.ts';
import type { Awaiting } from '../../core/steps.ts';
import type { LabPlan } from '../../plan/types.ts';
import type { ProviderContext } from '../provider.ts';
import type { Vagrant } from './command.ts';
import { explainFailure } from './failures.ts';
import { packageFile, titlePrefix, vagrantDir } from './layout.ts';
import { type MachineLine, parseMachineReadable, uiTexts } from './machine-readable.ts';
import { vagrantStatus, vagrantUp } from './node-vagrant.ts';
import { vagrantfilePlan } from './vagrantfile-plan.ts';

/** The folder that Vagrant works in, with all that its Vagrantfile reads; `vagrant` by hand works in there too. */
export async function writeVagrantFolder({ plan, stateDir, loginKey, hostKey }: ProviderContext): Promise<void> {
  const dir = vagrantDir(stateDir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const wanted = vagrantfilePlan(plan, {
    titlePrefix: titlePrefix(plan.lab, stateDir),
    libvirtDriver: plan.vagrant?.domainType ?? ((await hasKvm()) ? 'kvm' : 'qemu'),
    admitScript: 'admit.sh',
    loginKeyFile: 'login.pub',
    hostKeyFile: 'host_key',
  });
  const admit = (await readFile(packageFile('provision/vagrant/admit.sh'), 'utf8')).replaceAll('\r\n', '\n');
  await Promise.all([
    copyFile(packageFile('Vagrantfile'), join(dir, 'Vagrantfile')).then(() => chmod(join(dir, 'Vagrantfile'), 0o600)),
    writeWhole(join(dir, 'plan.json'), `${JSON.stringify(wanted, null, 2)}\n`),
    writeWhole(join(dir, 'admit.sh'), admit),
    writeWhole(join(dir, 'login.pub'), `${loginKey.publicKey}\n`),
    writeWhole(join(dir, 'host_key'), hostKey.privateKey),
  ]);
}

/** Whether this user may open it; nothing shows but a machine that it works. */
async function hasKvm(): Promise<boolean> {
  return access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The machines that Vagrant does not call running. */
export async function machinesDown(plan: LabPlan, vagrant: Vagrant): Promise<readonly string[]> {
  const states = await vagrantStatus(vagrant.place);
  return plan.nodes.map(({ name }) => name).filter((name) => states.get(name) !== 'running');
}

/**
 * Boots those machines, in one `vagrant up`: VirtualBox cannot do two at once, and Vagrant knows; libvirt can. Returns
 * when each has let Vagrant in and has the lab's keys.
 */
export async function bootMachines(
  machines: readonly string[],
  config: VagrantConfig,
  vagrant: Vagrant,
  awaiting: Awaiting,
): Promise<void> {
  const waiting = new Set(machines);
  awaiting([...waiting].join(', '));
  let rest = '';
  const result = await vagrantUp(
    vagrant.place,
    [...machines, '--provider', config.provider, '--machine-readable'],
    (chunk) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      const last = parseMachineReadable(lines.join('\n')).findLast(
        ({ type, target, data }) => type === 'ui' && target !== '' && (data[1] ?? '').trim() !== '',
      );
      if (last !== undefined) awaiting(progressOf(last));
    },
  );
  const lines = parseMachineReadable(result.stdout);
  const failed = lines.some(({ type }) => type === 'error-exit');
  if (result.exitStatus !== 0 || failed) throw explainFailure('vagrant up', lines, result);
}

/** `m1: Booting VM...`, the first line of what Vagrant says; it puts the name before some of them itself. */
function progressOf(line: MachineLine): string {
  const first = (uiTexts([line])[0] ?? '').split('\n').find((text) => text.trim() !== `${line.target}:`) ?? '';
  return `${line.target}: ${first.replace(`${line.target}: `, '').trim()}`;
}
