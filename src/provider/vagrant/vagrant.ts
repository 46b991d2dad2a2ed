import { createRunProgram } from '../../core/program/run-program.ts';
import type { Provider, ProviderContext, Remains, RemainsContext } from '../provider.ts';
import { answers, openMachine, waysTo } from './access.ts';
import { bootMachines, machinesDown, writeVagrantFolder } from './boot.ts';
import { ensureBox } from './box.ts';
import { createVagrant } from './command.ts';
import { knownEndpoints, learnEndpoints } from './endpoints.ts';
import { haltMachines } from './halt.ts';
import { preflight } from './preflight.ts';
import { preparationOf } from './preparation.ts';
import { createVagrantRemains as createRemains } from './removal.ts';
import { vagrantSnapshots } from './snapshots.ts';

/** Virtual machines by the `vagrant` command; VirtualBox by default. Their SSH server is reached behind NAT or on the segment. */
export function createVagrantProvider(context: ProviderContext): Provider {
  const { plan, stateDir, signal } = context;
  const { vagrant: config } = plan;
  if (config === null) throw new Error('the plan has no virtual machines');
  const run = createRunProgram({ platform: process.platform, env: process.env });
  const vagrant = () => createVagrant(stateDir, config.provider, run, signal);
  const learn = () => learnEndpoints(plan, stateDir, vagrant());
  return {
    kind: 'vagrant',
    preflight: () => preflight(context, run),
    async ensure(awaiting) {
      await writeVagrantFolder(context);
      awaiting('Vagrant to say which machines run');
      const down = await machinesDown(plan, vagrant());
      if (down.length > 0) {
        await ensureBox(config, vagrant(), awaiting);
        await bootMachines(down, config, vagrant(), awaiting);
      }
      // A forwarded port may have become another with a machine that came anew.
      const known = await knownEndpoints(stateDir);
      const silent = await Promise.all(plan.nodes.map(({ name }) => answers(plan, stateDir, name)));
      if (down.length > 0 || silent.includes(false) || known[plan.world.name] === undefined) {
        awaiting('Vagrant to say where they are');
        await learn();
      }
    },
    state: async (machine) => ((await answers(plan, stateDir, machine)) ? 'running' : 'missing'),
    preparation: (machine) => preparationOf(plan, machine),
    halt: (awaiting) => haltMachines(plan, vagrant(), awaiting),
    snapshots: vagrantSnapshots(plan, vagrant, learn),
    access: (machine) => ({
      machine,
      user: 'root',
      hostPublicKey: context.hostKey.publicKey,
      openStream: () => openMachine(plan, stateDir, machine),
      route: async () => {
        const [way] = await waysTo(plan, stateDir, machine);
        return { kind: 'address', host: way?.host ?? machine, port: way?.port ?? 22 };
      },
    }),
    engineSocket: async () => null,
    // The hypervisor's switch is not ours, and the machines have systemd, tables and clocks of their own.
    tampering: {
      segmentPort: async () => null,
      startEngine: async () => false,
      limitNeighbours: async () => false,
      neighbourLimit: async () => null,
      ownClocks: true,
    },
    // Over SSH one can ask the machine's journal; from outside nothing is known.
    engineComplaint: async () => '',
  };
}

export function createVagrantRemains(context: RemainsContext): Remains {
  return createRemains(context);
}
