import type { VagrantConfig } from '../../config/types.ts';
import type { Awaiting } from '../../core/steps.ts';
import type { Vagrant } from './command.ts';
import { explainFailure } from './failures.ts';
import { type MachineLine, parseMachineReadable } from './machine-readable.ts';

/** The box, where Vagrant does not have it yet: fetched or unpacked before any machine, so that its faults have a name. */
export async function ensureBox(config: VagrantConfig, vagrant: Vagrant, awaiting: Awaiting): Promise<void> {
  const { box, provider } = config;
  const listed = parseMachineReadable((await vagrant.run(['box', 'list', '--machine-readable'])).stdout.toString());
  if (hasBox(listed, box, provider)) return;
  awaiting(`box ${box.name}${box.url === null ? '' : ` from ${box.url}`}`);
  const result = await vagrant.run(boxAddArguments(config), (text) => {
    const progress = downloadProgress(text);
    if (progress !== null) awaiting(`box ${box.name}: ${progress}`);
  });
  if (result.exitStatus === 0) return;
  // The plain output has the progress; why it failed is told again in the form that can be read.
  const stderr = result.stderr.toString();
  throw explainFailure('vagrant box add', [{ target: '', type: 'error-exit', data: ['BoxNotHad', stderr.trim()] }], {
    exitStatus: result.exitStatus,
    stderr,
  });
}

/** Whether `vagrant box list` names it, for that provider and in that version. */
export function hasBox(
  lines: readonly MachineLine[],
  box: VagrantConfig['box'],
  provider: VagrantConfig['provider'],
): boolean {
  let [name, of] = ['', ''];
  return lines.some(({ type, data: [value = ''] }) => {
    if (type === 'box-name') name = value;
    if (type === 'box-provider') of = value;
    return type === 'box-version' && name === box.name && of === provider && (box.version ?? value) === value;
  });
}

/** A box with an address of its own has no catalogue, so no version can be asked of it. */
export function boxAddArguments({ box, provider }: VagrantConfig): readonly string[] {
  const checksum = box.sha256 === null ? [] : ['--checksum-type', 'sha256', '--checksum', box.sha256];
  const common = ['--provider', provider, ...checksum];
  if (box.url !== null) return ['box', 'add', '--name', box.name, ...common, box.url];
  const version = box.version === null ? [] : ['--box-version', box.version];
  return ['box', 'add', ...version, ...common, box.name];
}

/** `12 %, 1.2M/s, 0:01:10 left` out of Vagrant's progress line; null where there is none. */
export function downloadProgress(text: string): string | null {
  const found = [...text.matchAll(/Progress: (\d+)% \(Rate: ([^,]+), Estimated time remaining: ([^)]+)\)/g)].at(-1);
  return found === undefined ? null : `${found[1]} %, ${found[2]}, ${found[3]} left`;
}
