import { formatDuration } from '../core/duration.ts';
import { type RunSteps, runStep } from '../core/steps.ts';
import type { ExperimentResult, RunEvent } from '../verdict/run-types.ts';

export interface RunProgress {
  onEvent(event: RunEvent): void;
  /** For what is done before and after the experiments. */
  runSteps: RunSteps;
  /** Shows progress while that runs. */
  around<T>(work: () => Promise<T>): Promise<T>;
}

/** Where experiments run side by side, each line names its own. */
export function linesProgress(runSteps: RunSteps, write: (line: string) => void): RunProgress {
  const last = new Map<string, string>();
  const onEvent = (event: RunEvent) => {
    const line = lineOf(event);
    if (last.get(event.experiment) === line) return;
    last.set(event.experiment, line);
    write(line);
  };
  return { onEvent, runSteps, around: (work) => work() };
}

/** One drawn step for all experiments: how many are done, and what the running ones are at. */
export function drawnProgress(runSteps: RunSteps, count: number): RunProgress {
  const running = new Map<string, string>();
  let awaiting = (_what: string) => {};
  let done = 0;
  const show = () => {
    const parts = [...running].map(([id, what]) => `${id} (${what})`);
    awaiting([...(count > 1 ? [`${count - done} of ${count} experiments`] : []), ...parts].join(', '));
  };
  return {
    onEvent(event) {
      if (event.kind === 'ended') {
        running.delete(event.experiment);
        done += 1;
      } else if (event.kind !== 'waiting') running.set(event.experiment, stateOf(event));
      show();
    },
    // Within the one step that is drawn, others are told by it.
    runSteps: async (steps) => {
      for (const step of steps) {
        awaiting(step.title);
        await step.run((what) => awaiting(`${step.title}: ${what}`));
      }
    },
    around: (work) =>
      runStep(runSteps, count === 1 ? 'Run the experiment' : `Run ${count} experiments`, (tell) => {
        awaiting = tell;
        return work();
      }),
  };
}

function lineOf(event: RunEvent): string {
  const { experiment } = event;
  switch (event.kind) {
    case 'started':
      return `-> ${experiment}: ${event.title}`;
    case 'waiting':
      return `   ${experiment} waits for ${event.for}`;
    case 'ended':
      return `   ${experiment}: ${verdictWords(event.result)}`;
    case 'awaiting':
      return `   ${experiment}: waiting for ${event.what}`;
    case 'building':
      return `   ${experiment}: building, waiting for ${event.awaiting}`;
    case 'step':
    case 'undoing':
      return `   ${experiment}: ${stateOf(event)}`;
  }
}

function stateOf(event: Exclude<RunEvent, { kind: 'ended' | 'waiting' }>): string {
  switch (event.kind) {
    case 'started':
      return 'begins';
    case 'building':
      return `building: ${event.awaiting}`;
    case 'step':
      return `step ${event.index} of ${event.count}: ${event.title}`;
    case 'awaiting':
      return event.what;
    case 'undoing':
      return 'undoing';
  }
}

function verdictWords({ verdict, skipped, durationMs }: ExperimentResult): string {
  const words = {
    'as-expected': 'as expected',
    differs: 'DIFFERS',
    'not-measured': 'not measured',
    skipped: `skipped: ${skipped?.sentence ?? ''}`,
  }[verdict];
  return skipped === null ? `${words}, ${formatDuration(durationMs)}` : words;
}
