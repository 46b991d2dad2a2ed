export type { LabContext } from './lab/context.ts';
export { down } from './lab/down.ts';
export { type ProbeChoice, probe } from './lab/probe.ts';
export { connectMachine, engineEnvironment, ports, sshConfig } from './lab/reach-in.ts';
export { type RunOptions, run, undoExperiments } from './lab/run.ts';
export { scope } from './lab/scope.ts';
export { listLabs } from './lab/state.ts';
export { status } from './lab/status.ts';
export { type UpOptions, up } from './lab/up.ts';
