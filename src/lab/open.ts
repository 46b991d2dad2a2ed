import { LabError } from '../core/errors.ts';
import { settleAll } from '../core/pool.ts';
import type { Awaiting } from '../core/steps.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import { connectNode } from '../fabric/node-connection.ts';
import { engineNodes } from '../plan/plan-lab.ts';
import type { LabPlan } from '../plan/types.ts';
import type { Provider } from '../provider/provider.ts';
import type { LabContext } from './context.ts';
import { createProvider } from './provide.ts';
import { type LabState, labDir, readState } from './state.ts';

/** Generous: an emulated machine takes a minute for what takes a tenth of a second elsewhere. */
const connectTimeoutMs = 60_000;

/** A lab that exists, with what makes and reaches its machines. */
export interface OpenLab {
  plan: LabPlan;
  state: LabState;
  provider: Provider;
}

export async function openLab(context: LabContext): Promise<OpenLab> {
  const state = await readState(context.stateHome, context.lab);
  if (state === null) {
    throw new LabError({
      code: 'lab.not-up',
      message: `there is no lab named ${context.lab}`,
      hint: context.lab === 'default' ? 'swarmlab up' : `swarmlab up --lab ${context.lab}`,
    });
  }
  return { plan: state.plan, state, provider: await providerOf(context, state) };
}

export function providerOf(context: LabContext, state: LabState): Promise<Provider> {
  return createProvider({ ...state, stateDir: labDir(context.stateHome, context.lab), signal: context.signal });
}

/** Open connections by machine; disposing closes all of them. */
export interface OpenConnections extends AsyncDisposable {
  byMachine: ReadonlyMap<string, NodeConnection>;
}

/** Connections to all machines of the lab, the world's among them; one that cannot be reached is an error. */
export async function connectAll(context: LabContext, lab: OpenLab, awaiting?: Awaiting): Promise<OpenConnections> {
  const machines = [...lab.plan.nodes.map(({ name }) => name), lab.plan.world.name];
  awaiting?.(machines.join(', '));
  const opened = machines.map((machine) => connect(context, lab, machine));
  try {
    const connections = await settleAll(opened);
    return {
      byMachine: new Map(connections.map((connection) => [connection.machine, connection])),
      async [Symbol.asyncDispose]() {
        await closeAll(connections);
      },
    };
  } catch (error) {
    const settled = await Promise.allSettled(opened);
    await closeAll(settled.filter((result) => result.status === 'fulfilled').map((result) => result.value));
    throw error;
  }
}

export function connect(context: LabContext, lab: OpenLab, machine: string): Promise<NodeConnection> {
  return connectNode({
    access: lab.provider.access(machine),
    privateKey: lab.state.loginKey.privateKey,
    timeoutMs: connectTimeoutMs,
    signal: context.signal,
  });
}

async function closeAll(connections: readonly NodeConnection[]): Promise<void> {
  await Promise.all(connections.map((connection) => connection[Symbol.asyncDispose]()));
}

/** The connections of the nodes that run an engine, in the plan's order. */
export function engineConnections(plan: LabPlan, open: OpenConnections): readonly NodeConnection[] {
  return engineNodes(plan)
    .map(({ name }) => open.byMachine.get(name))
    .filter((connection) => connection !== undefined);
}
