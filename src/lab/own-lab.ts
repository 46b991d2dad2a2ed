import { createHash } from 'node:crypto';
import { longestName } from '../config/names.ts';
import { resolveConfig } from '../config/resolve.ts';
import { timeLimit } from '../core/deadline.ts';
import { runStepsSilently } from '../core/steps.ts';
import type { Experiment, OwnLab } from '../experiment/language/definition.ts';
import { formatSubnet, parseSubnet, subnetAt } from '../plan/ipv4.ts';
import { planLab } from '../plan/plan-lab.ts';
import type { EnginesPlan, LabPlan } from '../plan/types.ts';
import type { OwnBench } from '../run.ts';
import { openBench } from './bench.ts';
import type { LabContext } from './context.ts';
import { removeLab } from './down.ts';
import { connectAll, openLab } from './open.ts';
import { storePort } from './store.ts';
import { up } from './up.ts';

const removeAfterAbortMs = 1_500;
const removeTimeoutMs = 60_000;

/** A lab made for one experiment, beside the one that is up; disposing takes it down. */
export async function openOwnLab(
  context: LabContext,
  plan: LabPlan,
  experiment: Experiment & { ownLab: OwnLab },
  awaiting: (what: string) => void,
): Promise<OwnBench> {
  const own = planOwnLab(plan, experiment.id, experiment.ownLab);
  const inside: LabContext = {
    ...context,
    lab: own.lab,
    runSteps: async (steps) => {
      for (const step of steps) {
        awaiting(`a lab of its own: ${step.title}`);
        await runStepsSilently([step]);
      }
    },
    note: () => undefined,
  };
  // What a run that was killed has left is no lab to measure in.
  await removeLab({ ...inside, runSteps: runStepsSilently });
  try {
    await up(inside, own, { retain: false });
    const open = await connectAll(inside, await openLab(inside));
    return {
      bench: await openBench(own, open.byMachine, inside.signal),
      undo: `swarmlab down --lab ${own.lab}`,
      async [Symbol.asyncDispose]() {
        await open[Symbol.asyncDispose]();
        await remove(inside);
      },
    };
  } catch (error) {
    await remove(inside).catch(() => undefined);
    throw error;
  }
}

/** Also after an interruption, then only for a moment: what is left `down --all` and the next run remove. */
async function remove(context: LabContext): Promise<void> {
  const signal = timeLimit(context.signal.aborted ? removeAfterAbortMs : removeTimeoutMs);
  await removeLab({ ...context, signal, runSteps: runStepsSilently });
}

/** The plan of a lab like the one that is up, with an experiment's nodes, engines and swarm. Pure. */
export function planOwnLab(plan: LabPlan, id: string, own: OwnLab): LabPlan {
  const config = resolveConfig({});
  const made = planLab({
    ...config,
    lab: nameOf(plan.lab, id),
    provider: plan.provider,
    vagrant: plan.vagrant ?? config.vagrant,
    nodes: { kind: 'counts', managers: own.managers, workers: own.workers, outsiders: own.outsiders },
    segment: { subnet: plan.segment.subnet, gateway: plan.segment.gateway },
    world: { subnet: plan.world.subnet, address: plan.world.address, gateway: plan.world.gateway },
    containers: { pool: poolOf(plan) ?? config.containers.pool },
    swarm: { addressPool: plan.swarm.addressPool, dataPathPort: own.swarm?.dataPathPort ?? plan.swarm.dataPathPort },
    image: plan.image,
    timeoutMs: plan.timeoutMs,
  });
  return { ...made, engines: enginesOf(made, own) };
}

function enginesOf(plan: LabPlan, own: OwnLab): EnginesPlan {
  const outsider = plan.nodes.find(({ role }) => role === 'outsider');
  const store =
    own.clusterStore === null
      ? null
      : { machine: outsider?.name ?? plan.world.name, address: outsider?.address ?? plan.world.address };
  // Engines tell each other by an address on the segment; the interface's name is the provider's.
  const options =
    store === null ? {} : { 'cluster-store': `etcd://${store.address}:${storePort}`, 'cluster-advertise': 'eth1:2376' };
  return { options: { ...own.engine, ...options }, swarm: own.swarm !== null, clusterStore: store };
}

/** The range that the plan's engines have theirs out of: from the first one's on, as large as its address allows, at most a /12. */
function poolOf(plan: LabPlan): string | null {
  const first = plan.nodes.find(({ containerPool }) => containerPool !== null)?.containerPool;
  if (first == null) return null;
  const { base } = parseSubnet(first.subnet);
  const length = [12, 13, 14, 15, 16].find((one) => base % 2 ** (32 - one) === 0) ?? 16;
  return formatSubnet(subnetAt(base, length));
}

function nameOf(lab: string, id: string): string {
  const name = `${lab}-${id}`;
  if (name.length <= longestName) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `${name.slice(0, longestName - 7).replace(/-+$/, '')}-${digest}`;
}
