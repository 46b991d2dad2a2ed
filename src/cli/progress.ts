// The one importer of listr2.
import type { RunSteps, Step } from '../core/steps.ts';
import type { Io } from './verb.ts';

export interface Progress {
  runSteps: RunSteps;
  /** A line for people; kept back while steps are drawn. */
  note(message: string): void;
}

/** How work is shown, on stderr: drawn on a terminal, plain lines elsewhere, nothing with --quiet. */
export function createProgress(io: Pick<Io, 'stderr' | 'env'>, quiet: boolean): Progress {
  if (quiet) return { runSteps: plainSteps(() => undefined), note: () => undefined };
  const write = (line: string) => void io.stderr.write(`${line}\n`);
  return isDrawn(io) ? drawnProgress(write) : { runSteps: plainSteps(write), note: write };
}

/** Whether steps are drawn, over each other, on a terminal; else they are lines. */
export function isDrawn({ stderr, env }: Pick<Io, 'stderr' | 'env'>): boolean {
  return stderr === process.stderr && stderr.isTTY === true && env.TERM !== 'dumb';
}

function plainSteps(write: (line: string) => void): RunSteps {
  return async (steps) => {
    for (const step of steps) {
      write(`-> ${step.title}`);
      let last = '';
      await step.run((what) => {
        if (what !== last) write(`   waiting for ${what}`);
        last = what;
      });
    }
  };
}

function drawnProgress(write: (line: string) => void): Progress {
  const kept: string[] = [];
  let drawing = false;
  const note = (message: string) => {
    if (drawing) kept.push(message);
    else write(message);
  };
  const runSteps: RunSteps = async (steps) => {
    if (steps.length === 0) return;
    drawing = true;
    try {
      await draw(steps);
    } finally {
      drawing = false;
      for (const message of kept.splice(0)) write(message);
    }
  };
  return { runSteps, note };
}

async function draw(steps: readonly Step[]): Promise<void> {
  const { DefaultRenderer, Listr, ListrLogger, ProcessOutput } = await import('listr2');
  // listr2 draws on stdout, and only where that is a terminal; here both are stderr, and that it is one is known.
  class StderrRenderer extends DefaultRenderer {
    static override nonTTY = true as never;
  }
  const logger = new ListrLogger({
    useIcons: true,
    toStderr: [],
    processOutput: new ProcessOutput(process.stderr, process.stderr),
  });
  const tasks = new Listr(
    steps.map((step) => ({
      title: step.title,
      task: (_context: unknown, task: { output: string }) =>
        step.run((what) => {
          task.output = `waiting for ${what}`;
        }),
    })),
    {
      concurrent: false,
      exitOnError: true,
      // Ctrl-C is the caller's: listr2 would end the process without the way back.
      registerSignalListeners: false,
      renderer: StderrRenderer,
      rendererOptions: { showErrorMessage: false, collapseErrors: false, logger },
    },
  );
  await tasks.run();
}
