import { readFile } from 'node:fs/promises';
import { runStep } from '../core/steps.ts';
import { classify } from '../diagnose/classify.ts';
import { type CollectRequest, collectFacts } from '../diagnose/collect.ts';
import { seeEngine } from '../diagnose/engines.ts';
import type { Diagnosis, Facts } from '../diagnose/facts.ts';
import type { ExplainChoice } from '../diagnose/questions.ts';
import { deservesSecondLook, lookAgain } from '../diagnose/second-look.ts';
import { parseNeighbourTable } from '../diagnose/tables.ts';
import { findEnd } from '../experiment/running/select.ts';
import type { Connections } from '../fabric/connection.ts';
import { engineNodes } from '../plan/plan-lab.ts';
import type { LabPlan } from '../plan/types.ts';
import type { ExplainDocument } from '../verdict/explain-types.ts';
import type { LabContext } from './context.ts';
import { connectAll, openLab } from './open.ts';

export type { ExplainChoice } from '../diagnose/questions.ts';

/**
 * Why a pair is, or is not, reached: probes it, looks at the machines meanwhile, and names one cause. It goes by what the
 * machines show and reads nothing that the lab remembers of faults. Changes nothing.
 */
export async function explain(
  context: LabContext,
  from: string,
  to: string,
  choice: ExplainChoice,
): Promise<ExplainDocument> {
  const startedAt = performance.now();
  const { signal } = context;
  const lab = await openLab(context);
  await using open = await runStep(context.runSteps, 'Connect to the nodes', (awaiting) =>
    connectAll(context, lab, awaiting),
  );
  const { facts, diagnosis } = await runStep(context.runSteps, `Follow the packets from ${from} to ${to}`, () =>
    explainPair({ plan: lab.plan, connections: open.byMachine, from, to, choice, signal }),
  );
  return { ...documentOf(facts, diagnosis), durationMs: Math.round(performance.now() - startedAt) };
}

export interface ExplainRequest {
  plan: LabPlan;
  connections: Connections;
  /** Selectors, see experiment/running/select.ts. */
  from: string;
  to: string;
  choice: ExplainChoice;
  signal: AbortSignal;
}

/** The same over connections that are open. Throws wrong input for ends that are not there. */
export async function explainPair(request: ExplainRequest): Promise<{ facts: Facts; diagnosis: Diagnosis }> {
  const { plan, connections, choice, signal } = request;
  const engines = await Promise.all(
    engineNodes(plan).flatMap(({ name }) => {
      const connection = connections.get(name);
      return connection === undefined ? [] : [seeEngine(connection, signal)];
    }),
  );
  const seen = new Map(engines.map((engine) => [engine.node, engine]));
  const present = engines.flatMap(({ containers }) => containers);
  const about: CollectRequest = {
    plan,
    connections,
    seen,
    from: findEnd(request.from, present, plan),
    to: findEnd(request.to, present, plan),
    choice,
    sharedNeighbours: plan.provider === 'netns' ? ownNeighbours : null,
    signal,
  };
  const facts = await collectFacts(about);
  const diagnosis = classify(facts);
  if (!deservesSecondLook(diagnosis, facts)) return { facts, diagnosis };
  const again = await lookAgain(about, facts);
  return { facts: again, diagnosis: classify(again) };
}

/** Nodes that are namespaces of this machine share its table, and have no files of their own for it. */
async function ownNeighbours() {
  const read = (file: string) => readFile(file, 'utf8').catch(() => null);
  const [stat, limit] = await Promise.all([
    read('/proc/net/stat/arp_cache'),
    read('/proc/sys/net/ipv4/neigh/default/gc_thresh3'),
  ]);
  return parseNeighbourTable(stat, limit);
}

function documentOf(facts: Facts, { cause, evidence, remedy }: Diagnosis): Omit<ExplainDocument, 'durationMs'> {
  const { by, protocol, port, target } = facts.asked;
  const [asked] = facts.probes;
  return {
    schema: 'swarmlab/explain@1',
    lab: facts.lab,
    from: facts.from.id,
    to: facts.to.id,
    by,
    protocol,
    port,
    target,
    outcome: asked?.outcome ?? 'not-measured',
    cause,
    evidence,
    remedy,
  };
}
