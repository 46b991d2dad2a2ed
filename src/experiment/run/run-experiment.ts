import { LabError, messageOf } from '../../core/errors.ts';
import type { Allotment } from '../build/allot.ts';
import { type Bench, nodeOf } from '../build/bench.ts';
import { buildScene } from '../build/build.ts';
import type { Scene } from '../build/scene.ts';
import { undoBounded } from '../build/undo.ts';
import type { Experiment, StepDefinition } from '../language/definition.ts';
import { conditionHolds } from './condition.ts';
import { removeRoute } from './faults.ts';
import { refreshScene } from './look.ts';
import { restoreLab } from './restore.ts';
import type { ExperimentSeen, LookInto, StepSeen } from './seen.ts';
import { takeStep, untaken } from './steps.ts';

export type RunProgress =
  | { kind: 'building'; awaiting: string }
  /** `index` counts from 1. */
  | { kind: 'step'; index: number; count: number; title: string }
  | { kind: 'awaiting'; what: string }
  | { kind: 'undoing' };

export interface ExperimentRequest {
  experiment: Experiment;
  bench: Bench;
  allotment: Allotment;
  keep: boolean;
  lookInto?: LookInto | undefined;
  signal: AbortSignal;
  progress(event: RunProgress): void;
}

/**
 * Builds an experiment, takes its steps, and undoes it whatever happens, an interruption included. A step that could not be
 * done ends it: what it would have measured from there on would be something else. Throws only when interrupted.
 */
export async function runExperiment(request: ExperimentRequest): Promise<ExperimentSeen> {
  const startedAt = performance.now();
  const { experiment, bench, signal, keep } = request;
  const phase = { built: false };
  const scene = sceneOf(request, phase);
  const steps = experiment.steps.filter(({ when }) => conditionHolds(bench, when));
  let failure: ExperimentSeen['failure'] = null;
  const taken: StepSeen[] = [];
  let containers: ExperimentSeen['containers'] = [];
  try {
    try {
      await buildScene(scene);
      await refreshScene(scene);
      phase.built = true;
      containers = containersOf(scene);
    } catch (error) {
      signal.throwIfAborted();
      failure = failureOf(error);
    }
    taken.push(...(await takeSteps(request, scene, steps, failure)));
    containers = [
      ...containers,
      ...containersOf(scene).filter(({ name }) => !containers.some((one) => one.name === name)),
    ];
  } finally {
    const kept = keep && !signal.aborted;
    if (!kept) {
      await undo(request, scene);
      // Networks that stand keep their subnets from those that come after.
      request.allotment.release(experiment.id);
    }
  }
  return {
    steps: taken,
    failure,
    containers,
    notes: scene.notes,
    kept: keep,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

async function takeSteps(
  { progress, lookInto }: ExperimentRequest,
  scene: Scene,
  steps: readonly StepDefinition[],
  failure: ExperimentSeen['failure'],
): Promise<readonly StepSeen[]> {
  const taken: StepSeen[] = [];
  let stopped = failure === null ? null : `it could not be built: ${failure.message}`;
  for (const [index, step] of steps.entries()) {
    if (stopped !== null) {
      taken.push(untaken(step, stopped));
      continue;
    }
    progress({ kind: 'step', index: index + 1, count: steps.length, title: step.title });
    const seen = await takeStep(scene, step);
    const causes = seen.cells.length === 0 ? undefined : await lookInto?.(seen, scene);
    taken.push(causes === undefined ? seen : { ...seen, causes });
    // A wait that ended unfulfilled leaves everything as it was meant to be; what comes next says what it sees.
    const goesOn =
      seen.state !== 'failed' ||
      step.action.kind === 'wait' ||
      step.action.kind === 'probe' ||
      step.action.kind === 'check' ||
      step.action.kind === 'run';
    if (!goesOn) stopped = `"${step.title}" failed: ${seen.detail}`;
  }
  return taken;
}

function sceneOf(
  { experiment, bench, allotment, signal, progress }: ExperimentRequest,
  phase: { built: boolean },
): Scene {
  const scene: Scene = {
    experiment,
    bench,
    allotment,
    numbers: new Map(),
    containers: new Map(),
    services: new Map(),
    firstAddresses: new Map(),
    faults: new Set(),
    routes: [],
    unsettled: true,
    notes: [],
    signal,
    awaiting: (what) => progress(phase.built ? { kind: 'awaiting', what } : { kind: 'building', awaiting: what }),
  };
  for (const definition of experiment.containers) {
    const node = nodeOf(bench, definition.node).name;
    scene.containers.set(definition.name, {
      name: definition.name,
      node,
      definition,
      view: null,
      meantToBeDown: !definition.atStart,
      addresses: {},
    });
  }
  return scene;
}

function containersOf(scene: Scene): ExperimentSeen['containers'] {
  const tasks = [...scene.services.values()].flatMap((service) => service.tasks);
  return [...scene.containers.values(), ...tasks]
    .filter(({ view }) => view !== null)
    .map(({ name, node, addresses }) => ({ name, node, addresses }));
}

async function undo({ bench, experiment, signal, progress }: ExperimentRequest, scene: Scene): Promise<void> {
  progress({ kind: 'undoing' });
  const left = await undoBounded(experiment.id, signal, async (limit, progressed) => {
    await Promise.allSettled(scene.routes.map((route) => removeRoute(bench, route, limit)));
    const what = {
      experiment: experiment.id,
      // Of those that disturb nobody others may run beside them.
      faults: experiment.disturbs !== 'nothing',
      membership: experiment.disturbs === 'swarm',
      hurried: signal.aborted,
    };
    return restoreLab(bench, what, limit, { awaiting: scene.awaiting, progressed });
  });
  if (left !== null)
    scene.notes.push(
      `not all that was made could be removed (${left}); the next swarmlab run or swarmlab down removes it`,
    );
}

function failureOf(error: unknown): NonNullable<ExperimentSeen['failure']> {
  if (error instanceof LabError) return { code: error.code, message: error.message, hint: error.hint ?? null };
  return { code: 'run.failed', message: messageOf(error), hint: null };
}
