import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import type { ProviderContext, Tampering } from '../provider.ts';
import { machineDir, provisionScript, segmentMachine } from './layout.ts';
import { machinePid } from './machine.ts';
import { limitNeighbours, neighbourLimit } from './neighbour-table.ts';
import { run } from './shell.ts';
import { portName } from './wiring.ts';

/** The segment is a bridge in a namespace of the lab's; clocks and the neighbour table are the computer's. */
export function tamperingWith({ stateDir, signal }: Pick<ProviderContext, 'stateDir' | 'signal'>): Tampering {
  return {
    async segmentPort(machine) {
      const [segment, own] = await Promise.all([running(stateDir, segmentMachine), running(stateDir, machine)]);
      return {
        device: portName(own),
        run: (script) => run(['nsenter', '-t', `${segment}`, '-n', 'sh', '-s'], { input: script, signal }),
      };
    },
    async startEngine(machine) {
      await startEngine(stateDir, machine, await running(stateDir, machine), signal);
      return true;
    },
    async limitNeighbours(entries) {
      await limitNeighbours(stateDir, entries, signal);
      return true;
    },
    neighbourLimit: () => neighbourLimit(),
    ownClocks: false,
  };
}

/** Unless it runs; it does not answer yet. */
export async function startEngine(stateDir: string, machine: string, pid: number, signal: AbortSignal): Promise<void> {
  const dir = machineDir(stateDir, machine);
  const cgroupProcs = (await readFile(join(dir, 'cgroup_procs'), 'utf8')).trim();
  const mark = ['env', `SWARMLAB_MARK=${stateDir}`, `SWARMLAB_MACHINE=${machine}`];
  const enter = ['sh', provisionScript('enter.sh'), `${pid}`, cgroupProcs];
  await run([...mark, ...enter, 'sh', provisionScript('engine.sh'), dir], { signal });
}

async function running(stateDir: string, machine: string): Promise<number> {
  const pid = await machinePid(stateDir, machine);
  if (pid !== null) return pid;
  throw new LabError({
    code: 'node.missing',
    message: `${machine} is not running`,
    hint: 'swarmlab up starts what is missing',
  });
}
