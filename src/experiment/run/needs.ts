import { messageOf } from '../../core/errors.ts';
import type { ProviderKind } from '../../plan/types.ts';
import { type Bench, connectionTo } from '../build/bench.ts';
import { askKernelFeatures } from '../features.ts';
import type { Experiment, StepDefinition } from '../language/definition.ts';
import { satisfies } from '../language/version-range.ts';
import { type FeatureAnswers, requiredFeatures } from '../requirements.ts';
import { conditionHolds, variantOf } from './condition.ts';

/** Something that an experiment needs and the lab has not. */
export interface Missing {
  /** Null: it is no single node's. */
  node: string | null;
  what: string;
  reason: string;
}

/** What the lab's machines can do, as far as the experiments ask for it. */
export interface Abilities {
  /** By node; a kernel that gave no answer is in `silent` instead. */
  features: ReadonlyMap<string, FeatureAnswers>;
  silent: ReadonlyMap<string, string>;
  programs: ReadonlySet<string>;
}

/** Asks the kernels and looks for programs, once for all experiments. */
export async function askAbilities(
  bench: Bench,
  experiments: readonly Experiment[],
  signal: AbortSignal,
): Promise<Abilities> {
  const features = new Map<string, FeatureAnswers>();
  const silent = new Map<string, string>();
  if (experiments.some(asksKernel)) {
    await Promise.all(
      [...bench.nodes.values()].map(async ({ name }) => {
        try {
          features.set(name, await askKernelFeatures(connectionTo(bench, name), signal));
        } catch (error) {
          signal.throwIfAborted();
          silent.set(name, messageOf(error));
        }
      }),
    );
  }
  const wanted = [...new Set(experiments.flatMap(({ needs }) => needs.programs))];
  const programs = new Set<string>();
  const machine = bench.outsider?.name ?? bench.nodes.get('A')?.name;
  for (const program of machine === undefined ? [] : wanted) {
    const found = await connectionTo(bench, machine ?? '').exec(['sh', '-c', 'command -v "$1"', 'sh', program], {
      signal,
    });
    if (found.exitStatus === 0) programs.add(program);
  }
  return { features, silent, programs };
}

/** Debian's package of a program, where it is called otherwise. */
const packages: Readonly<Record<string, string>> = { etcd: 'etcd-server' };

/** What is missing for an experiment; empty where it can run. An experiment with a lab of its own has as many nodes as it asks for. Pure. */
export function missingNeeds(
  experiment: Experiment,
  bench: Pick<Bench, 'nodes' | 'outsider' | 'facts' | 'plan'>,
  abilities: Abilities,
): readonly Missing[] {
  const { needs, ownLab } = experiment;
  const missing: Missing[] = [];
  const nodes = ownLab === null ? bench.nodes.size : ownLab.managers + ownLab.workers;
  const outsider = ownLab === null ? bench.outsider !== null : ownLab.outsiders > 0;
  const unwilling = ownLab === null ? null : noOwnLab(bench.plan.provider);
  if (unwilling !== null) missing.push({ node: null, what: 'a lab of its own', reason: unwilling });
  if (nodes < needs.nodes)
    missing.push({
      node: null,
      what: `${needs.nodes} nodes`,
      reason: `the lab has ${nodes} with an engine (swarmlab up --workers ${needs.nodes - 1})`,
    });
  if (needs.outsider && !outsider)
    missing.push({ node: null, what: 'an outsider', reason: 'the lab has none (swarmlab up --outsiders 1)' });
  for (const { name } of [...bench.nodes.values()].slice(0, Math.max(1, needs.nodes))) {
    for (const feature of needs.kernel) {
      const answer = abilities.features.get(name)?.get(feature);
      if (answer?.works !== true && !abilities.silent.has(name))
        missing.push({ node: name, what: feature, reason: answer?.reason ?? 'the node did not say' });
    }
    const version = bench.facts.get(name)?.engineVersion ?? '';
    if (encrypts(experiment) && !abilities.silent.has(name)) {
      for (const group of requiredFeatures('overlay-encrypted', version)) {
        const answers = group.map((feature) => abilities.features.get(name)?.get(feature));
        const [first] = group;
        const known = missing.some((one) => one.node === name && one.what === first);
        if (first === undefined || known || answers.some((answer) => answer?.works === true)) continue;
        missing.push({ node: name, what: first, reason: answers[0]?.reason ?? 'the node did not say' });
      }
    }
    if (needs.engine !== null && !satisfies(version, needs.engine)) {
      missing.push({
        node: name,
        what: `Docker ${needs.engine.text}`,
        reason: `it has ${version || 'an unknown version'}`,
      });
    }
  }
  for (const program of needs.programs) {
    if (!abilities.programs.has(program))
      missing.push({
        node: null,
        what: program,
        reason: `it is not installed (apt install ${packages[program] ?? program})`,
      });
  }
  const unspoken = missing.length === 0 && ownLab === null ? silence(experiment, bench) : null;
  return unspoken === null ? missing : [unspoken];
}

/**
 * Without ESP, or without the match by which the engine marks what is to be encrypted, an engine takes an encrypted overlay all
 * the same, and packets between nodes silently die.
 */
function encrypts({ networks }: Experiment): boolean {
  return networks.some(({ driver, options }) => driver === 'overlay' && 'encrypted' in options);
}

function asksKernel(experiment: Experiment): boolean {
  return experiment.needs.kernel.length > 0 || encrypts(experiment);
}

/** Why no lab is made beside the one that is up, for a single experiment; null where it is. */
export function noOwnLab(provider: ProviderKind): string | null {
  switch (provider) {
    case 'netns':
      return null;
    case 'vagrant':
      return 'virtual machines for it alone would take minutes and memory; on Linux swarmlab up --provider netns can';
    default:
      return provider satisfies never;
  }
}

/** Where all that an experiment asks is asked under other circumstances only: whatever it did here, it would say nothing. */
function silence(experiment: Experiment, bench: Pick<Bench, 'nodes' | 'facts' | 'plan'>): Missing | null {
  const asking = experiment.steps.filter(({ action }) =>
    ['probe', 'check', 'wait', 'run', 'refused'].includes(action.kind),
  );
  const speaks = ({ when, action }: StepDefinition) =>
    conditionHolds(bench, when) && (action.kind !== 'probe' || variantOf(bench, action.probe) !== null);
  if (asking.length === 0 || asking.some(speaks)) return null;
  const { engineVersion = '', forwardPolicy = 'unknown' } = bench.facts.get(bench.nodes.get('A')?.name ?? '') ?? {};
  return {
    node: null,
    what: 'other engines',
    reason: `nothing of it is about Docker ${engineVersion}, FORWARD policy ${forwardPolicy}, provider ${bench.plan.provider}`,
  };
}

/** Why it is not known whether an experiment can run; null where it is. A kernel that gave no answer is none that lacks something. */
export function unknownNeeds(experiment: Experiment, abilities: Abilities): string | null {
  if (!asksKernel(experiment)) return null;
  return [...abilities.silent.values()][0] ?? null;
}
