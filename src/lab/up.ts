import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deadline } from '../core/deadline.ts';
import { LabError, messageOf, wrongInput } from '../core/errors.ts';
import { settleAll } from '../core/pool.ts';
import { type Awaiting, runStep } from '../core/steps.ts';
import { generateKeyPair } from '../fabric/ssh2.ts';
import { ensureImage, imageReference } from '../image/ensure-image.ts';
import type { LabPlan } from '../plan/types.ts';
import type { StatusDocument } from '../report/documents.ts';
import { ensureSwarm } from '../swarm/form.ts';
import { swarmMembers } from '../swarm/members.ts';
import type { LabContext } from './context.ts';
import { seeNamesAndPacketsCross } from './cross-node.ts';
import { removeLab } from './down.ts';
import { awaitEngines } from './engines.ts';
import { noteFaults } from './known-faults.ts';
import { withLock } from './lock.ts';
import { connectAll, engineConnections, type OpenLab, providerOf } from './open.ts';
import { prepareMachines } from './prepare.ts';
import { type LabState, labDir, readState, writeState } from './state.ts';
import { statusOf } from './status.ts';
import { startStore } from './store.ts';
import { openAndMeasurePorts, refuseShutPorts } from './swarm-ports.ts';

const swarmTimeoutMs = 60_000;

export interface UpOptions {
  /** Keep a lab that failed to come up, for looking at. */
  retain: boolean;
}

/** Machines, engines, image, ports, swarm: makes what is missing, and sees that it works. */
export async function up(context: LabContext, plan: LabPlan, options: UpOptions): Promise<StatusDocument> {
  const latest = { awaited: 'the lab' };
  using limit = deadline({
    signal: context.signal,
    timeoutMs: plan.timeoutMs,
    awaiting: () => latest.awaited,
    hint: 'allow it more with --timeout, such as --timeout 20m',
  });
  const limited = { ...context, signal: limit };
  return await withLock(limited, 'up', async () => {
    const startedAt = performance.now();
    const known = await readState(context.stateHome, context.lab);
    if (known !== null) refuseOtherPlan(known.plan, plan);
    const state = known ?? newState(plan);
    if (known !== null) await noteFaults(limited);
    try {
      return await bringUp(limited, state, startedAt, (what) => {
        latest.awaited = what;
      });
    } catch (error) {
      await removeFailed(context, known !== null || options.retain);
      throw limit.aborted ? limit.reason : error;
    }
  });
}

/** A lab whose machines were put back into an earlier state, made whole; the caller holds its lock. */
export async function heal(context: LabContext, state: LabState): Promise<StatusDocument> {
  const document = await bringUp(context, state, performance.now(), () => undefined);
  return { ...document, schema: 'swarmlab/restored@1' };
}

/** Only what this run made goes: a lab that was there before is left as it is, and an interrupted one can go on. */
async function removeFailed(context: LabContext, keep: boolean): Promise<void> {
  // What the machine lacks is found before anything is made.
  if (!existsSync(labDir(context.stateHome, context.lab))) return;
  if (keep || context.signal.aborted) {
    context.note('The lab is left as it is: swarmlab up goes on from here, swarmlab down removes it.');
    return;
  }
  const failed = (why: string) =>
    context.note(`The lab could not be removed (${why}): swarmlab down --lab ${context.lab} tries again.`);
  try {
    const { leaks } = await removeLab(context);
    if (leaks.length > 0) failed(leaks.map(({ kind, what }) => `${kind} ${what}`).join(', '));
  } catch (error) {
    failed(messageOf(error));
  }
}

function newState(plan: LabPlan): LabState {
  return {
    plan,
    loginKey: generateKeyPair(`swarmlab-${plan.lab}`),
    hostKey: generateKeyPair(`swarmlab-host-${plan.lab}`),
  };
}

/** The recipe. */
async function bringUp(
  context: LabContext,
  state: LabState,
  startedAt: number,
  remember: Awaiting,
): Promise<StatusDocument> {
  const { plan } = state;
  const { signal } = context;
  const step = <T>(title: string, work: (awaiting: Awaiting) => Promise<T>) =>
    runStep(context.runSteps, title, (awaiting) =>
      work((what) => {
        remember(what);
        awaiting(what);
      }),
    );
  const lab = await step('Check this machine', () => check(context, state));
  await step('Start the nodes, the gateway and the world', (awaiting) => lab.provider.ensure(awaiting));
  if (lab.provider.kind !== 'netns') {
    await step('Make them nodes of the lab', (awaiting) => prepareMachines(context, lab, awaiting));
  }
  await using open = await step('Connect to them over SSH', (awaiting) => connectAll(context, lab, awaiting));
  const engines = engineConnections(plan, open);
  const { clusterStore = null } = plan.engines ?? {};
  // Engines that are told of a store wait for it.
  if (clusterStore !== null) {
    await step('Start the key-value store', (awaiting) => startStore(clusterStore, open.byMachine, signal, awaiting));
  }
  await step('Wait for the engines', (awaiting) => awaitEngines(lab.provider, engines, signal, awaiting));
  const members = swarmMembers(plan, open.byMachine);
  const cacheDir = join(context.stateHome, 'cache');
  const ports = await step("Pass the image on; open the swarm's ports and measure them", async (awaiting) => {
    const image = ensureImage({ engines, image: plan.image, cacheDir, signal, awaiting });
    const [measured] = await settleAll([openAndMeasurePorts(context, plan, members), image.then(() => [])]);
    return measured ?? [];
  });
  refuseShutPorts(ports);
  if (plan.engines?.swarm === false)
    return await statusOf(context, lab, open, { schema: 'swarmlab/up@1', ports, startedAt });
  await step('Form the swarm', (awaiting) =>
    ensureSwarm({ members, swarm: plan.swarm, signal, awaiting, timeoutMs: swarmTimeoutMs }),
  );
  await step('See a name and a packet cross nodes', (awaiting) =>
    seeNamesAndPacketsCross({
      plan,
      members,
      connections: open.byMachine,
      image: imageReference(plan.image),
      signal,
      awaiting,
    }),
  );
  return await statusOf(context, lab, open, { schema: 'swarmlab/up@1', ports, startedAt });
}

async function check(context: LabContext, state: LabState): Promise<OpenLab> {
  const lab = { plan: state.plan, state, provider: await providerOf(context, state) };
  await preflight(context, lab);
  await writeState(context.stateHome, state);
  return lab;
}

async function preflight(context: LabContext, lab: OpenLab): Promise<void> {
  const { problems, warnings } = await lab.provider.preflight();
  for (const warning of warnings) context.note(warning);
  if (problems.length === 0) return;
  const [first] = problems;
  throw new LabError({
    code: problems.length === 1 ? (first?.code ?? 'machine.unfit') : 'machine.unfit',
    message: problems.length === 1 ? (first?.message ?? '') : 'this machine cannot carry the lab yet',
    ...(problems.length === 1 ? (first?.hint === undefined ? {} : { hint: first.hint }) : { problems }),
  });
}

function refuseOtherPlan(existing: LabPlan, wanted: LabPlan): void {
  const keys = ['provider', 'segment', 'world', 'nodes', 'swarm', 'image', 'vagrant'] as const;
  const changed = keys.filter((key) => JSON.stringify(existing[key] ?? null) !== JSON.stringify(wanted[key] ?? null));
  if (changed.length === 0) return;
  throw wrongInput(
    'lab.other-plan',
    `lab ${existing.lab} is up with another plan: ${changed.join(', ')} differ`,
    [],
    `swarmlab down --lab ${existing.lab} first, or another name with --lab`,
  );
}
