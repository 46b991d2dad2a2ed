import type { ResolvedConfig } from '../config/types.ts';
import { letterNodes } from '../experiment/build/letters.ts';
import type { Experiment } from '../experiment/language/definition.ts';
import { askAbilities, type Missing, missingNeeds, noOwnLab } from '../experiment/run/needs.ts';
import { type KernelFeature, kernelFeatures } from '../experiment/types.ts';
import type { Circumstance } from '../model/start.ts';
import { planLab } from '../plan/plan-lab.ts';
import type { LabPlan } from '../plan/types.ts';
import { enginesOf } from '../run.ts';
import { skippedFor } from '../verdict/experiment.ts';
import type { PredictDocument } from '../verdict/predict-types.ts';
import { foretell, predictTotals } from '../verdict/predicted.ts';
import type { ExperimentResult } from '../verdict/run-types.ts';
import { openBench } from './bench.ts';
import type { LabContext } from './context.ts';
import { connectAll, openLab } from './open.ts';
import { planOwnLab } from './own-lab.ts';
import { readState } from './state.ts';

/** What is taken of engines that nobody asked: Debian 12's, on a machine that forwarded nothing before. */
export const assumedEngine = { version: '20.10', forwardPolicy: 'DROP' } as const;

export interface PredictOptions {
  /** For a lab that is not up: its plan is made from this. */
  config: ResolvedConfig;
  /** A version to assume; no lab is asked then. Null: the lab's, else the assumed one. */
  engine: string | null;
}

interface Known {
  lab: Circumstance;
  asked: boolean;
  skipped(experiment: Experiment): ExperimentResult['skipped'];
}

/** What the model says of experiments. A lab that is up is asked for its engines and kernels, and nothing else is done to it. */
export async function predict(
  context: LabContext,
  experiments: readonly Experiment[],
  { config, engine }: PredictOptions,
): Promise<PredictDocument> {
  const startedAt = performance.now();
  const up = await readState(context.stateHome, context.lab);
  const plan = up?.plan ?? planLab(config);
  const known = up === null || engine !== null ? assumed(plan, engine) : await asked(context, experiments);
  const all = experiments.map((experiment) =>
    foretell(experiment, ownLab(experiment, known.lab), known.skipped(experiment)),
  );
  return {
    schema: 'swarmlab/predict@1',
    lab: plan.lab,
    provider: plan.provider,
    engines: enginesOf(known.lab),
    asked: known.asked,
    experiments: all,
    totals: predictTotals(all),
    durationMs: Math.round(performance.now() - startedAt),
  };
}

function assumed(plan: LabPlan, engine: string | null): Known {
  const nodes = letterNodes(plan);
  const engineVersion = engine ?? assumedEngine.version;
  const { forwardPolicy } = assumedEngine;
  const facts = new Map([...nodes.values()].map(({ name }) => [name, { engineVersion, kernel: '', forwardPolicy }]));
  const outsider = plan.nodes.find(({ role }) => role === 'outsider') ?? null;
  const able = new Map(kernelFeatures.map((feature) => [feature, { works: true, reason: '' }] as const));
  return {
    lab: { plan, nodes, facts },
    asked: false,
    skipped(experiment) {
      const features = new Map([...facts.keys()].map((name) => [name, able] as const));
      const abilities = { features, silent: new Map(), programs: new Set(experiment.needs.programs) };
      return skippedOf(missingNeeds(experiment, { plan, nodes, outsider, facts }, abilities));
    },
  };
}

function skippedOf(missing: readonly Missing[]): ExperimentResult['skipped'] {
  return missing.length === 0 ? null : skippedFor(missing);
}

async function asked(context: LabContext, experiments: readonly Experiment[]): Promise<Known> {
  const lab = await openLab(context);
  await using open = await connectAll(context, lab);
  const bench = await openBench(lab.plan, open.byMachine, context.signal);
  const abilities = await askAbilities(bench, experiments, context.signal);
  const features = new Map(
    [...abilities.features].map(([node, answers]): [string, ReadonlySet<KernelFeature>] => [
      node,
      new Set([...answers].flatMap(([feature, { works }]) => (works ? [feature] : []))),
    ]),
  );
  return {
    lab: { plan: bench.plan, nodes: bench.nodes, facts: bench.facts, features },
    asked: true,
    skipped(experiment) {
      return skippedOf(missingNeeds(experiment, bench, abilities));
    },
  };
}

/**
 * The lab that an experiment would have for itself, with the engines of the one that is up. Of virtual machines none is made
 * for one experiment, which is therefore skipped; what it would see in namespaces can be foretold all the same.
 */
function ownLab(experiment: Experiment, lab: Circumstance): Circumstance {
  if (experiment.ownLab === null) return lab;
  const provider = noOwnLab(lab.plan.provider) === null ? lab.plan.provider : 'netns';
  const plan = planOwnLab({ ...lab.plan, provider }, experiment.id, experiment.ownLab);
  const nodes = letterNodes(plan);
  const [first] = lab.facts.values();
  const [features] = lab.features?.values() ?? [];
  const each = <Value>(value: Value) => new Map([...nodes.values()].map(({ name }): [string, Value] => [name, value]));
  return {
    plan,
    nodes,
    facts: first === undefined ? new Map() : each({ ...first, forwardPolicy: assumedEngine.forwardPolicy }),
    ...(features === undefined ? {} : { features: each(features) }),
  };
}
