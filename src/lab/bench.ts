import { availableParallelism } from 'node:os';
import { LabError } from '../core/errors.ts';
import { createPool, within } from '../core/pool.ts';
import type { Bench, EngineFacts } from '../experiment/build/bench.ts';
import { letterNodes } from '../experiment/build/letters.ts';
import { findParentInterface } from '../experiment/parent-interface.ts';
import type { Connections } from '../fabric/connection.ts';
import { imageReference } from '../image/ensure-image.ts';
import { creationsAtOnce, creationsOnMachine } from '../plan/pace.ts';
import type { LabPlan } from '../plan/types.ts';
import { nodeFacts } from './facts.ts';

/** What experiments stand on, out of a lab that is up. Throws where an engine does not answer. */
export async function openBench(plan: LabPlan, connections: Connections, signal: AbortSignal): Promise<Bench> {
  const nodes = letterNodes(plan);
  const facts = new Map<string, EngineFacts>();
  await Promise.all(
    [...nodes.values()].map(async (node) => {
      const connection = connections.get(node.name);
      if (connection === undefined) return;
      const { engine, kernel, forwardPolicy } = await nodeFacts(node, connection, signal);
      if (engine === null) {
        throw new LabError({
          code: 'engine.unreachable',
          message: `the engine of ${node.name} does not answer`,
          hint: 'swarmlab up starts an engine that died; swarmlab status shows all of them',
        });
      }
      facts.set(node.name, {
        engineVersion: engine.version,
        kernel: kernel ?? '',
        forwardPolicy: forwardPolicy ?? 'unknown',
      });
    }),
  );
  const shared = createPool(creationsOnMachine(plan, availableParallelism()));
  const parents = new Map<string, Promise<string>>();
  const parentOf = (machine: string): Promise<string> => {
    const known = parents.get(machine);
    const connection = connections.get(machine);
    if (known !== undefined) return known;
    if (connection === undefined) return Promise.reject(new Error(`there is no connection to ${machine}`));
    const address = plan.nodes.find(({ name }) => name === machine)?.address ?? '';
    const found = findParentInterface(connection, address, signal);
    parents.set(machine, found);
    return found;
  };
  return {
    plan,
    connections,
    image: imageReference(plan.image),
    nodes,
    outsider: plan.nodes.find(({ role }) => role === 'outsider') ?? null,
    facts,
    pools: new Map([...nodes.values()].map(({ name }) => [name, within(createPool(creationsAtOnce(plan)), shared)])),
    parentOf,
  };
}
