import { messageOf, wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import { type Awaiting, runStep } from '../core/steps.ts';
import { applyChange } from '../fault/change.ts';
import { describeFault, exclusiveKey, nodesOf } from '../fault/describe.ts';
import type { Ground } from '../fault/ground.ts';
import { planChanges } from '../fault/plan-changes.ts';
import { type FaultRequest, readFault } from '../fault/read-fault.ts';
import { nextId, readFaults, writeFaults } from '../fault/record.ts';
import type { Change, Fault, FaultRecord } from '../fault/types.ts';
import type { FaultStatus, FaultsDocument } from '../report/documents.ts';
import { ensureSwarm } from '../swarm/form.ts';
import { swarmMembers } from '../swarm/members.ts';
import type { LabContext } from './context.ts';
import { isInForce, refuseLeft, refuseWithoutEffect, takeBack } from './fault-changes.ts';
import { collectFaultFacts } from './fault-facts.ts';
import { faultStatus } from './known-faults.ts';
import { withLock } from './lock.ts';
import { type OpenConnections, type OpenLab, openLab } from './open.ts';
import { labDir } from './state.ts';
import { connectWhatRuns } from './status.ts';

const healTimeoutMs = 60_000;

/** Breaks something on purpose: recorded first, then done, then seen to be in force. What cannot be done is taken back whole. */
export async function addFault(context: LabContext, request: FaultRequest): Promise<FaultsDocument> {
  const startedAt = performance.now();
  return withLock(context, 'fault add', async () => {
    const lab = await openLab(context);
    const asked = readFault(request, lab.plan);
    refuseHere(asked, lab);
    await using open = await connectWhatRuns(context, lab);
    const [fault, facts] = await collectFaultFacts(asked, lab, open, context.signal);
    const stateDir = labDir(context.stateHome, context.lab);
    const known = await readFaults(stateDir);
    refuseTwice(fault, known);
    const id = nextId(known);
    const changes = planChanges(id, fault, facts);
    const record: FaultRecord = { id, since: new Date().toISOString(), fault, changes };
    await writeFaults(stateDir, [...known, record]);
    await runStep(context.runSteps, `Make it so: ${describeFault(fault)}`, async (awaiting) => {
      const ground = groundOf(context, lab, open, awaiting);
      try {
        for (const change of changes) await applyChange(change, ground);
        await refuseWithoutEffect(record, ground);
      } catch (error) {
        if (context.signal.aborted)
          context.note(`It may be in force in part: swarmlab fault clear ${id} takes it back.`);
        context.signal.throwIfAborted();
        const stays = await takeBack(record, lab, ground);
        // What could not be taken back is recorded still, and clear tries again.
        if (stays.length === 0) await writeFaults(stateDir, known);
        throw error;
      }
    });
    return documentOf(
      context,
      [...known.map((each) => faultStatus(each, null)), faultStatus(record, true)],
      [id],
      startedAt,
    );
  });
}

/** The faults that are recorded, and whether each is in force, as the machines say now. */
export async function listFaults(context: LabContext): Promise<FaultsDocument> {
  const startedAt = performance.now();
  const lab = await openLab(context);
  const records = await readFaults(labDir(context.stateHome, context.lab));
  if (records.length === 0) return documentOf(context, [], [], startedAt);
  await using open = await connectWhatRuns(context, lab);
  const ground = groundOf(context, lab, open, () => undefined);
  const faults = await Promise.all(records.map(async (record) => faultStatus(record, await isInForce(record, ground))));
  return documentOf(context, faults, [], startedAt);
}

/** Takes faults back, the last one first; none named: all. Each is tried whatever became of the others. */
export async function clearFaults(context: LabContext, ids: readonly string[]): Promise<FaultsDocument> {
  const startedAt = performance.now();
  return withLock(context, 'fault clear', async () => {
    const lab = await openLab(context);
    const stateDir = labDir(context.stateHome, context.lab);
    let left = await readFaults(stateDir);
    refuseUnknown(ids, left, context.lab);
    const chosen = left.filter(({ id }) => ids.length === 0 || ids.includes(id)).toReversed();
    if (chosen.length === 0) return documentOf(context, [], [], startedAt);
    await using open = await connectWhatRuns(context, lab);
    const failures: unknown[] = [];
    for (const record of chosen) {
      await runStep(context.runSteps, `Take back ${record.id}: ${describeFault(record.fault)}`, async (awaiting) => {
        const failed = await takeBack(record, lab, groundOf(context, lab, open, awaiting));
        failures.push(...failed);
        if (failed.length > 0) return;
        left = left.filter(({ id }) => id !== record.id);
        await writeFaults(stateDir, left);
      });
    }
    refuseLeft(failures);
    if (left.length === 0 && chosen.some(({ changes }) => changes.some(leavesSwarmAilingForAWhile)))
      await heal(context, lab, open);
    return documentOf(
      context,
      left.map((record) => faultStatus(record, null)),
      chosen.map(({ id }) => id).toReversed(),
      startedAt,
    );
  });
}

function refuseHere(fault: Fault, { plan, provider }: OpenLab): void {
  if (fault.kind === 'clock' && !provider.tampering.ownClocks) {
    throw wrongInput(
      'fault.shared-clock',
      `${fault.node} has no clock of its own: namespaces share the computer's`,
      [],
      'virtual machines have one each: swarmlab up --provider vagrant',
    );
  }
  const role = fault.kind === 'wrong-advertise' ? plan.nodes.find(({ name }) => name === fault.node)?.role : null;
  if (role !== 'manager') return;
  throw wrongInput(
    'fault.not-a-worker',
    `${nodesOf(fault).join('')} is a manager: it would have to leave the swarm, and take its vote along`,
    [],
    `take a worker: ${plan.nodes.flatMap(({ name, role: each }) => (each === 'worker' ? [name] : [])).join(', ') || 'this lab has none'}`,
  );
}

function refuseTwice(fault: Fault, known: readonly FaultRecord[]): void {
  const other = known.find((record) => exclusiveKey(record.fault) === exclusiveKey(fault));
  if (other === undefined) return;
  throw wrongInput(
    'fault.already',
    `${other.id} is in the way: ${describeFault(other.fault)}`,
    [],
    `swarmlab fault clear ${other.id} first`,
  );
}

const leavesSwarmAilingForAWhile = ({ kind }: Change) => kind === 'engine' || kind === 'membership';

/** The swarm has forgotten nobody, and all are Ready; where that takes too long, it is said. */
async function heal(context: LabContext, { plan }: OpenLab, open: OpenConnections): Promise<void> {
  const members = swarmMembers(plan, open.byMachine);
  const { signal } = context;
  await runStep(context.runSteps, 'Wait for the swarm to heal', (awaiting) =>
    ensureSwarm({ members, swarm: plan.swarm, signal, awaiting, timeoutMs: healTimeoutMs }).then(
      () => undefined,
      (error: unknown) => {
        signal.throwIfAborted();
        context.note(`The swarm has not healed yet: ${messageOf(error)}. swarmlab up sees to it.`);
      },
    ),
  );
}

function groundOf(context: LabContext, lab: OpenLab, open: OpenConnections, awaiting: Awaiting): Ground {
  const { plan, provider } = lab;
  return { plan, connections: open.byMachine, tampering: provider.tampering, signal: context.signal, awaiting };
}

function documentOf(
  { lab }: LabContext,
  faults: readonly FaultStatus[],
  changed: readonly string[],
  startedAt: number,
): FaultsDocument {
  return { schema: 'swarmlab/faults@1', lab, faults, changed, durationMs: Math.round(performance.now() - startedAt) };
}

function refuseUnknown(ids: readonly string[], records: readonly FaultRecord[], lab: string): void {
  const known = records.map(({ id }) => id);
  const problems = ids
    .filter((id) => !known.includes(id))
    .map((id) => ({ code: 'fault.unknown', message: `lab ${lab} has no fault ${JSON.stringify(id)}` }));
  const [first] = problems;
  if (first === undefined) return;
  const near = nearMiss(ids[0] ?? '', known);
  const there = known.length === 0 ? 'there is none' : `there is: ${known.join(', ')}`;
  throw wrongInput(
    first.code,
    problems.length === 1 ? first.message : `${problems.length} faults are not known`,
    problems,
    near === null ? there : `did you mean ${near}?`,
  );
}
