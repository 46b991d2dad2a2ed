import type { RunSteps } from '../core/steps.ts';

/** What every verb gives the lab: where state is kept, which lab, when to stop, and how progress is shown. */
export interface LabContext {
  stateHome: string;
  lab: string;
  signal: AbortSignal;
  runSteps: RunSteps;
  /** Something that a person should know and that is no failure. */
  note(message: string): void;
}
