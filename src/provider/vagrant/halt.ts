import type { Awaiting } from '../../core/steps.ts';
import type { LabPlan } from '../../plan/types.ts';
import type { Vagrant } from './command.ts';
import { explainFailure } from './failures.ts';
import { parseMachineReadable } from './machine-readable.ts';
import { vagrantStatus } from './node-vagrant.ts';

/** Shuts the machines down as their power button would; Vagrant pulls the plug on one that does not listen. */
export async function haltMachines(plan: LabPlan, vagrant: Vagrant, awaiting: Awaiting): Promise<readonly string[]> {
  const states = await vagrantStatus(vagrant.place);
  const running = plan.nodes.map(({ name }) => name).filter((name) => states.get(name) === 'running');
  if (running.length === 0) return [];
  awaiting(running.join(', '));
  const result = await vagrant.run(['halt', ...running, '--machine-readable']);
  if (result.exitStatus === 0) return running;
  const lines = parseMachineReadable(result.stdout.toString());
  const stderr = result.stderr.toString();
  throw explainFailure('vagrant halt', lines, { exitStatus: result.exitStatus, stderr });
}
