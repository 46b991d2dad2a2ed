// What swarmlab can do, one function each. Each is loaded when it is called: a verb waits for its own modules only.

export type { LabContext } from './lab/context.ts';
export type { ExplainChoice } from './lab/explain.ts';
export type { PredictOptions } from './lab/predict.ts';
export type { ProbeChoice } from './lab/probe.ts';
export type { RunOptions } from './lab/run.ts';
export { listLabs } from './lab/state.ts';
export type { UpOptions } from './lab/up.ts';

/** A function of a module that is loaded by the first call. */
function lazily<Given extends readonly unknown[], Gives>(
  load: () => Promise<(...given: Given) => Promise<Gives>>,
): (...given: Given) => Promise<Gives> {
  return async (...given) => (await load())(...given);
}

export const doctor = lazily(async () => (await import('./lab/doctor.ts')).doctor);
export const down = lazily(async () => (await import('./lab/down.ts')).down);
export const explain = lazily(async () => (await import('./lab/explain.ts')).explain);
export const addFault = lazily(async () => (await import('./lab/fault.ts')).addFault);
export const clearFaults = lazily(async () => (await import('./lab/fault.ts')).clearFaults);
export const listFaults = lazily(async () => (await import('./lab/fault.ts')).listFaults);
export const halt = lazily(async () => (await import('./lab/halt.ts')).halt);
export const predict = lazily(async () => (await import('./lab/predict.ts')).predict);
export const probe = lazily(async () => (await import('./lab/probe.ts')).probe);
export const connectMachine = lazily(async () => (await import('./lab/reach-in.ts')).connectMachine);
export const engineEnvironment = lazily(async () => (await import('./lab/reach-in.ts')).engineEnvironment);
export const ports = lazily(async () => (await import('./lab/reach-in.ts')).ports);
export const sshConfig = lazily(async () => (await import('./lab/reach-in.ts')).sshConfig);
export const run = lazily(async () => (await import('./lab/run.ts')).run);
export const undoExperiments = lazily(async () => (await import('./lab/run.ts')).undoExperiments);
export const scope = lazily(async () => (await import('./lab/scope.ts')).scope);
export const listSnapshots = lazily(async () => (await import('./lab/snapshot.ts')).listSnapshots);
export const restoreSnapshot = lazily(async () => (await import('./lab/snapshot.ts')).restoreSnapshot);
export const saveSnapshot = lazily(async () => (await import('./lab/snapshot.ts')).saveSnapshot);
export const status = lazily(async () => (await import('./lab/status.ts')).status);
export const up = lazily(async () => (await import('./lab/up.ts')).up);
