import type { RunProgram } from '../../../core/program/run-program.ts';
import type { Finding } from '../../finding.ts';
import type { Check } from './check.ts';
import { collectFacts } from './collect.ts';
import type { HostFacts, HostInput } from './facts.ts';
import { boxFile, lineEndings } from './files.ts';
import { hypervisorFree, kvmShares, processorFits, virtualizationOn } from './hypervisor.ts';
import { addressesFree, rangeAllowed, segmentFree } from './network.ts';
import { pathsAscii, pathsShort, pathsWithoutSpaces } from './paths.ts';
import { diskFits, memoryFits } from './room.ts';
import { type HostSystem, thisSystem } from './system.ts';
import { libvirtPlugin, vagrantThere, versionsGoTogether, virtualBoxThere } from './versions.ts';

export type { HostInput } from './facts.ts';

/** In the order in which one would mend things. */
export const checks: readonly Check[] = [
  vagrantThere,
  virtualBoxThere,
  libvirtPlugin,
  versionsGoTogether,
  processorFits,
  virtualizationOn,
  hypervisorFree,
  kvmShares,
  rangeAllowed,
  segmentFree,
  addressesFree,
  memoryFits,
  diskFits,
  pathsAscii,
  pathsShort,
  pathsWithoutSpaces,
  lineEndings,
  boxFile,
];

/** What one check came to; null findings mean that it could not be found out. */
export interface CheckResult {
  id: string;
  about: string;
  findings: readonly Finding[] | null;
}

/** Every check that has a meaning here, judged. Pure. */
export function judgeHost(facts: HostFacts, input: HostInput): readonly CheckResult[] {
  return checks
    .filter((check) => check.applies(input))
    .map((check) => ({ id: check.id, about: check.about, findings: check.look(facts, input) }));
}

/** As `examineHost`, check by check. */
export async function checkHost(
  input: HostInput,
  run: RunProgram,
  signal: AbortSignal,
  system: HostSystem = thisSystem,
): Promise<readonly CheckResult[]> {
  return judgeHost(await collectFacts(input, run, system, signal), input);
}

/**
 * What keeps this machine from carrying the plan's VMs, or makes them slow, in the order in which one would mend it.
 * Takes what Vagrant and VBoxManage take to say their versions: a second or some. Rejects only with the signal's reason.
 */
export async function examineHost(
  input: HostInput,
  run: RunProgram,
  signal: AbortSignal,
  system: HostSystem = thisSystem,
): Promise<readonly Finding[]> {
  return (await checkHost(input, run, signal, system)).flatMap(({ findings }) => findings ?? []);
}
