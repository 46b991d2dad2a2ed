import { LabError, messageOf } from './core/errors.ts';
import { createAllotment } from './experiment/build/allot.ts';
import type { Bench } from './experiment/build/bench.ts';
import type { Experiment, OwnLab } from './experiment/language/definition.ts';
import { claimsOf } from './experiment/run/claims.ts';
import { askAbilities, missingNeeds, unknownNeeds } from './experiment/run/needs.ts';
import { type RunProgress, runExperiment } from './experiment/run/run-experiment.ts';
import { type Job, type Lane, runJobs } from './experiment/run/schedule.ts';
import type { LookInto } from './experiment/run/seen.ts';
import { experimentsAtOnce } from './plan/pace.ts';
import { failExperiment, judgeExperiment, skipExperiment } from './verdict/experiment.ts';
import { runTotals } from './verdict/run-totals.ts';
import type { ExperimentResult, RunDocument, RunEvent } from './verdict/run-types.ts';

/** A lab made for one experiment; disposing removes it. */
export interface OwnBench extends AsyncDisposable {
  bench: Bench;
  /** What is left standing when it is not disposed of, as a line to type. */
  undo: string;
}

export interface RunRequest {
  bench: Bench;
  experiments: readonly Experiment[];
  /** Leaves what was made standing. */
  keep: boolean;
  /** Looks into what a step saw; none: nothing is looked into. */
  lookInto?: LookInto;
  /** Makes the lab of an experiment that wants one of its own. */
  openOwnLab(experiment: Experiment & { ownLab: OwnLab }, awaiting: (what: string) => void): Promise<OwnBench>;
  /** Waits, after an experiment disturbed the swarm, until names and packets cross its nodes again. */
  awaitHealed(awaiting: (what: string) => void): Promise<void>;
  signal: AbortSignal;
  progress(event: RunEvent): void;
}

interface ExperimentJob extends Job {
  experiment: Experiment;
}

/**
 * Runs experiments, those side by side that may, and judges them. A failed one is one that was not measured, and stops no
 * other. Throws when interrupted; then what was made is gone, or as much of it as a second and a half is enough for.
 */
export async function runExperiments(request: RunRequest): Promise<RunDocument> {
  const startedAt = performance.now();
  const { bench, experiments, signal, progress } = request;
  const abilities = await askAbilities(bench, experiments, signal);
  const results = new Map<Experiment, ExperimentResult>();
  const ended = (experiment: Experiment, result: ExperimentResult) => {
    results.set(experiment, result);
    progress({ kind: 'ended', experiment: experiment.id, result });
  };
  const feasible = experiments.filter((experiment) => {
    const missing = missingNeeds(experiment, bench, abilities);
    const unknown = unknownNeeds(experiment, abilities);
    if (missing.length > 0) ended(experiment, skipExperiment(experiment, missing, bench));
    else if (unknown !== null)
      ended(
        experiment,
        failExperiment(experiment, { code: 'scope.kernel-features', message: unknown, hint: null }, bench),
      );
    else return true;
    return false;
  });
  const durations = { undisturbingMs: 0, disturbingMs: 0, ownLabsMs: 0 };
  const allotment = createAllotment();
  await runJobs(
    inOrder(feasible.map((experiment) => toJob(experiment, bench))),
    experimentsAtOnce(bench.plan),
    async ({ experiment, lane }) => {
      progress({ kind: 'started', experiment: experiment.id, title: experiment.title });
      const from = performance.now();
      ended(experiment, await runOne(request, experiment, allotment));
      const now = performance.now();
      if (lane === 'beside') durations.undisturbingMs = Math.round(now - startedAt);
      else if (lane === 'alone') durations.disturbingMs += Math.round(now - from);
      else durations.ownLabsMs += Math.round(now - from);
    },
    ({ experiment }, reason) => progress({ kind: 'waiting', experiment: experiment.id, for: reason }),
  );
  const all = experiments.flatMap((experiment) => results.get(experiment) ?? []);
  return {
    schema: 'swarmlab/run@1',
    lab: bench.plan.lab,
    provider: bench.plan.provider,
    engines: enginesOf(bench),
    experiments: all,
    totals: runTotals(all),
    durations,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

async function runOne(
  request: RunRequest,
  experiment: Experiment,
  allotment: ReturnType<typeof createAllotment>,
): Promise<ExperimentResult> {
  const { signal, keep } = request;
  const { id, ownLab } = experiment;
  const progress = (event: RunProgress) => request.progress({ ...event, experiment: id });
  if (ownLab === null) {
    const { lookInto } = request;
    const seen = await runExperiment({ experiment, bench: request.bench, allotment, keep, lookInto, signal, progress });
    const lab = request.bench.plan.lab === 'default' ? '' : ` --lab ${request.bench.plan.lab}`;
    const notes = keep || experiment.disturbs !== 'swarm' ? [] : await healed(request, id);
    const about = { bench: request.bench, undo: `swarmlab run${lab} --undo ${id}` };
    return judgeExperiment(experiment, { ...seen, notes: [...seen.notes, ...notes] }, about);
  }
  try {
    const own = await request.openOwnLab({ ...experiment, ownLab }, (awaiting) =>
      progress({ kind: 'building', awaiting }),
    );
    try {
      // Its subnets are its own lab's.
      const seen = await runExperiment({
        experiment,
        bench: own.bench,
        allotment: createAllotment(),
        // What goes with its lab need not be undone before.
        keep: true,
        lookInto: request.lookInto,
        signal,
        progress,
      });
      return judgeExperiment(experiment, { ...seen, kept: keep }, { bench: own.bench, undo: own.undo });
    } finally {
      if (!keep || signal.aborted) await own[Symbol.asyncDispose]();
    }
  } catch (error) {
    signal.throwIfAborted();
    const hint = error instanceof LabError ? (error.hint ?? null) : null;
    const code = error instanceof LabError ? error.code : 'run.own-lab';
    return failExperiment(experiment, { code, message: messageOf(error), hint }, request.bench);
  }
}

/** The next experiment is to find the lab as this one did. */
async function healed({ signal, awaitHealed, progress }: RunRequest, experiment: string): Promise<readonly string[]> {
  try {
    await awaitHealed((what) => progress({ kind: 'awaiting', experiment, what }));
    return [];
  } catch (error) {
    signal.throwIfAborted();
    return [`afterwards the swarm did not heal: ${messageOf(error)}`];
  }
}

function toJob(experiment: Experiment, bench: Bench): ExperimentJob {
  const lane: Lane = experiment.ownLab !== null ? 'own-lab' : experiment.disturbs === 'nothing' ? 'beside' : 'alone';
  return { id: experiment.id, experiment, lane, claims: claimsOf(experiment, bench.nodes) };
}

/** Those that exclude many others first: what has to go one by one is what a run waits for. */
function inOrder(jobs: readonly ExperimentJob[]): readonly ExperimentJob[] {
  const weight = ({ claims, experiment }: ExperimentJob) =>
    (claims.some((claim) => claim.kind === 'thing' && claim.key.startsWith('parent ')) ? 1000 : 0) +
    experiment.steps.length;
  return jobs.toSorted((a, b) => weight(b) - weight(a));
}

export function enginesOf({ plan, nodes, facts }: Pick<Bench, 'plan' | 'nodes' | 'facts'>): RunDocument['engines'] {
  const names = new Set([...nodes.values()].map(({ name }) => name));
  return plan.nodes
    .filter(({ name }) => names.has(name))
    .map(({ name, role, address }) => {
      const { engineVersion = '', kernel = '', forwardPolicy = 'unknown' } = facts.get(name) ?? {};
      return { node: name, role, address, engine: engineVersion, kernel, forwardPolicy };
    });
}
