/** Says what a running step is waiting for, in a few words. */
export type Awaiting = (what: string) => void;

/** One line of a recipe: what people read while it runs, and the work. */
export interface Step {
  title: string;
  run(awaiting: Awaiting): Promise<void>;
}

/** Runs steps in order and shows them; how is the caller's choice (terminal, plain lines, nothing). */
export type RunSteps = (steps: readonly Step[]) => Promise<void>;

/** Runs steps and shows nothing. */
export const runStepsSilently: RunSteps = async (steps) => {
  for (const step of steps) await step.run(() => undefined);
};

/** One step with a value: recipes read as plain code, and each of their lines is shown while it runs. */
export async function runStep<T>(
  runSteps: RunSteps,
  title: string,
  work: (awaiting: Awaiting) => Promise<T>,
): Promise<T> {
  const result: { value?: T } = {};
  await runSteps([
    {
      title,
      async run(awaiting) {
        result.value = await work(awaiting);
      },
    },
  ]);
  return result.value as T;
}
