import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mapPooled } from '../../core/pool.ts';
import type { MachineState, Provider, ProviderContext, Remains, RemainsContext } from '../provider.ts';
import { accessOf } from './access.ts';
import { machineDir, machinesOf } from './layout.ts';
import { ensureMachine, machinePid } from './machine.ts';
import { releaseNeighbours, reserveNeighbours } from './neighbour-table.ts';
import { preflight } from './preflight.ts';
import { auditMachines, removeMachines } from './removal.ts';
import { startEngine, tamperingWith } from './tampering.ts';
import { wire } from './wiring.ts';

const startsAtOnce = 8;
const complaintLength = 500;

/** Machines know each other, and some tens of containers on each know their networks; a pair takes an entry at both ends. */
function neighboursOf(machines: number): number {
  return Math.max(16_384, 1_024 * machines);
}

/** Real engines in Linux namespaces of this machine: nothing of a lab is in the machine's own network namespace. */
export function createNetnsProvider(context: ProviderContext): Provider {
  const { plan, stateDir, signal } = context;
  return {
    kind: 'netns',
    preflight: async () => ({ problems: await preflight(stateDir), warnings: [] }),
    async ensure(awaiting) {
      const machines = machinesOf(plan);
      await reserveNeighbours(stateDir, neighboursOf(machines.length), signal);
      awaiting(`${machines.length} sets of namespaces`);
      const started = await mapPooled(machines, startsAtOnce, (machine) => ensureMachine(context, machine));
      const pids = new Map(machines.map((machine, index) => [machine.name, started[index]?.pid ?? 0]));
      awaiting('the cables of the segment');
      await wire(plan, machines, pids, signal);
      awaiting('the engines to start');
      const engines = machines.filter((machine) => machine.kind === 'engine');
      await mapPooled(engines, startsAtOnce, async (machine) =>
        startEngine(stateDir, machine.name, pids.get(machine.name) ?? 0, signal),
      );
    },
    state: (machine) => stateOf(stateDir, machine),
    preparation: async () => null,
    async halt(awaiting) {
      const running = machinesOf(plan).map(({ name }) => name);
      const there = await mapPooled(running, startsAtOnce, async (name) => (await machinePid(stateDir, name)) !== null);
      awaiting('their processes to end');
      await removeMachines({ lab: plan.lab, stateDir, signal });
      await releaseNeighbours(stateDir, signal);
      const nodes = plan.nodes.map(({ name }) => name);
      return running.filter((name, index) => there[index] === true && nodes.includes(name));
    },
    snapshots: null,
    access: (machine) => accessOf(context, machine),
    engineSocket: async (machine) => {
      const pid = await machinePid(stateDir, machine);
      return pid === null ? null : `/proc/${pid}/root/run/docker.sock`;
    },
    tampering: tamperingWith(context),
    engineComplaint: async (machine) => {
      const log = await readFile(join(machineDir(stateDir, machine), 'engine.log'), 'utf8').catch(() => '');
      return lastComplaint(log);
    },
  };
}

export function createNetnsRemains(context: RemainsContext): Remains {
  return {
    async remove() {
      const removed = await removeMachines(context);
      await releaseNeighbours(context.stateDir, context.signal);
      return removed;
    },
    audit: () => auditMachines(context),
  };
}

async function stateOf(stateDir: string, machine: string): Promise<MachineState> {
  const pid = await machinePid(stateDir, machine);
  if (pid === null) return 'missing';
  const isEngine = await readFile(join(machineDir(stateDir, machine), 'daemon.json')).then(
    () => true,
    () => false,
  );
  if (!isEngine) return 'running';
  const enginePid = (await readFile(`/proc/${pid}/root/run/docker.pid`, 'utf8').catch(() => '')).trim();
  const name = await readFile(`/proc/${pid}/root/proc/${enginePid}/comm`, 'utf8').catch(() => '');
  return name.trim() === 'dockerd' ? 'running' : 'engine-down';
}

/** An engine that gives up says why in a line without the form of its log; that one, else the last. */
export function lastComplaint(log: string): string {
  const lines = log.trim().split('\n');
  return (lines.findLast((line) => !line.startsWith('time=')) ?? lines.at(-1) ?? '').slice(0, complaintLength);
}
