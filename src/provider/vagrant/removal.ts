import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRunProgram } from '../../core/program/run-program.ts';
import type { Leak, Remains, RemainsContext } from '../provider.ts';
import { createVagrant, hasVagrant } from './command.ts';
import { titlePrefix, vagrantDir } from './layout.ts';
import { deleteMachine, markedMachines } from './virtual-machines.ts';

/**
 * What of a lab's VMs is on this machine. Vagrant destroys what it knows; what it has forgotten (a run that was killed
 * while it imported, a `.vagrant` folder that somebody deleted) is found by the lab's mark in the machines' names.
 */
export function createVagrantRemains({ lab, stateDir, signal }: RemainsContext): Remains {
  const run = createRunProgram({ platform: process.platform, env: process.env });
  const prefix = titlePrefix(lab, stateDir);
  return {
    async remove() {
      const marked = await markedMachines(prefix, run, signal);
      if (existsSync(join(vagrantDir(stateDir), 'Vagrantfile')) && (await hasVagrant())) {
        // Its exit status is not asked: what counts is what is left.
        await createVagrant(stateDir, null, run, signal).run(['destroy', '--force', '--machine-readable']);
      }
      for (const machine of await markedMachines(prefix, run, signal)) await deleteMachine(machine, run, signal);
      return marked.map(({ name }) => `machine ${name.slice(prefix.length)}`);
    },
    async audit() {
      const left = await markedMachines(prefix, run, signal);
      return left.map(({ name, hypervisor }): Leak => ({ kind: 'machine', what: `${name} (${hypervisor})` }));
    },
  };
}
