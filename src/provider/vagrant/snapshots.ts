import { LabError } from '../../core/errors.ts';
import type { Awaiting } from '../../core/steps.ts';
import type { LabPlan } from '../../plan/types.ts';
import type { Snapshots } from '../provider.ts';
import type { Vagrant } from './command.ts';
import { explainFailure } from './failures.ts';
import { type MachineLine, parseMachineReadable } from './machine-readable.ts';

/** Snapshots of every VM of the lab, by Vagrant's own command: node-vagrant says that it saved, and does nothing. */
export function vagrantSnapshots(plan: LabPlan, vagrant: () => Vagrant, afterwards: () => Promise<void>): Snapshots {
  const machines = plan.nodes.map(({ name }) => name);
  const each = async (args: (machine: string) => readonly string[], awaiting: Awaiting) => {
    for (const machine of machines) {
      awaiting(machine);
      const result = await vagrant().run([...args(machine), '--machine-readable']);
      const lines = parseMachineReadable(result.stdout.toString());
      if (result.exitStatus !== 0) {
        const stderr = result.stderr.toString();
        throw explainFailure(`vagrant snapshot of ${machine}`, lines, { exitStatus: result.exitStatus, stderr });
      }
    }
  };
  const list = async () => {
    const result = await vagrant().run(['snapshot', 'list', '--machine-readable']);
    return commonSnapshots(parseMachineReadable(result.stdout.toString()), machines);
  };
  return {
    list,
    save: (name, awaiting) => each((machine) => ['snapshot', 'save', '--force', machine, name], awaiting),
    async restore(name, awaiting) {
      const known = await list();
      if (!known.includes(name)) throw unknownSnapshot(name, known);
      // Its provisioners ran when the machine was new.
      await each((machine) => ['snapshot', 'restore', '--no-provision', machine, name], awaiting);
      await afterwards();
    },
  };
}

/** The snapshots that every one of those machines has, in the first one's order. */
export function commonSnapshots(lines: readonly MachineLine[], machines: readonly string[]): readonly string[] {
  const byMachine = new Map<string, string[]>(machines.map((machine) => [machine, []]));
  for (const { target, type, data } of lines) {
    // Vagrant prints a name as `detail` text of a machine, and has no line of its own for it.
    if (type !== 'ui' || data[0] !== 'detail') continue;
    const name = (data[1] ?? '').trim();
    byMachine.get(target)?.push(name);
  }
  const [first = [], ...others] = machines.map((machine) => byMachine.get(machine) ?? []);
  return first.filter((name) => others.every((names) => names.includes(name)));
}

function unknownSnapshot(name: string, known: readonly string[]): LabError {
  return new LabError({
    code: 'snapshot.unknown',
    message: `there is no snapshot named ${name} of every machine of the lab`,
    hint: known.length === 0 ? `swarmlab snapshot save ${name} makes one` : `there is ${known.join(', ')}`,
  });
}
