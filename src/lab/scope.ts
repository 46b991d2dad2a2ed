import { LabError } from '../core/errors.ts';
import { runStep } from '../core/steps.ts';
import type { DriverId } from '../experiment/types.ts';
import { imageReference } from '../image/ensure-image.ts';
import { engineNodes } from '../plan/plan-lab.ts';
import { measureScope } from '../scope.ts';
import type { ScopeDocument } from '../verdict/types.ts';
import type { LabContext } from './context.ts';
import { nodeFacts } from './facts.ts';
import { brokenOnPurpose } from './known-faults.ts';
import { withLock } from './lock.ts';
import { lookIntoDriver } from './look-into.ts';
import { connectAll, openLab } from './open.ts';

/** Every driver, or some, measured on the lab that is up. */
export async function scope(context: LabContext, ids: readonly DriverId[] | null): Promise<ScopeDocument> {
  return withLock(context, 'scope', async () => {
    const startedAt = performance.now();
    const lab = await openLab(context);
    const faults = await brokenOnPurpose(context);
    await using open = await runStep(context.runSteps, 'Connect to the nodes', (awaiting) =>
      connectAll(context, lab, awaiting),
    );
    const facts = new Map<string, { engineVersion: string; kernel: string; forwardPolicy: string }>();
    for (const node of engineNodes(lab.plan)) {
      const connection = open.byMachine.get(node.name);
      if (connection === undefined) continue;
      const { engine, kernel, forwardPolicy } = await nodeFacts(node, connection, context.signal);
      if (engine === null) throw engineSilent(node.name);
      if (forwardPolicy === null) throw policyUnknown(node.name);
      facts.set(node.name, { engineVersion: engine.version, kernel: kernel ?? '', forwardPolicy });
    }
    const document = await runStep(context.runSteps, 'Measure how far the drivers reach', (awaiting) =>
      measureScope({
        connections: open.byMachine,
        plan: lab.plan,
        ids,
        image: imageReference(lab.plan.image),
        nodeFacts: facts,
        lookInto: (seen, circumstances) =>
          lookIntoDriver(seen, circumstances, {
            plan: lab.plan,
            connections: open.byMachine,
            signal: context.signal,
            awaiting,
          }),
        signal: context.signal,
        awaiting,
      }),
    );
    return { ...document, ...faults, durationMs: Math.round(performance.now() - startedAt) };
  });
}

function engineSilent(node: string): LabError {
  return new LabError({
    code: 'engine.unreachable',
    message: `the engine of ${node} does not answer`,
    hint: 'swarmlab up starts an engine that died; swarmlab status shows all of them',
  });
}

/** What reaches containers from the LAN hangs on it: without it there is nothing to compare with. */
function policyUnknown(node: string): LabError {
  return new LabError({
    code: 'node.forward-policy',
    message: `${node} did not say what its iptables FORWARD policy is`,
    hint: `swarmlab exec ${node} iptables -S FORWARD shows why`,
  });
}
