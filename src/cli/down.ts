import { defaultTimeoutMs } from '../config/resolve.ts';
import { exitStatus, LabError, messageOf, wrongInput } from '../core/errors.ts';
import type { DownDocument } from '../report/documents.ts';
import { openChosenLab, openContext, stateHomeOf, timeoutOf } from './context.ts';
import { type Answer, type Invocation, isGiven, optionOf, type Verb } from './verb.ts';

export const down: Verb = {
  name: 'down',
  summary: 'remove the lab, and look what is left',
  about: 'Removes everything of the lab, and looks whether anything is left.',
  words: [],
  options: { all: { describe: 'every lab of this machine that this person made' } },
  examples: [
    ['down', 'the lab here; fine when there is none'],
    ['down --all', 'every lab'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<Answer> {
  const [lab, { renderDown }] = await Promise.all([import('../lab.ts'), import('../report/down.ts')]);
  let document: DownDocument;
  if (isGiven(invocation, 'all')) {
    if (optionOf(invocation, 'lab') !== undefined)
      throw wrongInput('usage.wrong', '--all and --lab exclude each other');
    document = await downAll(invocation, await lab.listLabs(stateHomeOf(invocation)));
  } else {
    using context = await openChosenLab(invocation);
    document = await lab.down(context);
  }
  const status = document.leaks.length === 0 ? exitStatus.asExpected : exitStatus.couldNotBeDone;
  return { exitStatus: status, text: renderDown(document), document };
}

/** One after the other; a lab that cannot be removed does not keep the others. */
async function downAll(invocation: Invocation, labs: readonly string[]): Promise<DownDocument> {
  const { down: takeDown } = await import('../lab.ts');
  const startedAt = performance.now();
  const done: DownDocument[] = [];
  const failures: { lab: string; error: unknown }[] = [];
  for (const name of labs) {
    using context = openContext(invocation, name, timeoutOf(invocation) ?? defaultTimeoutMs);
    try {
      done.push(await takeDown(context));
    } catch (error) {
      invocation.signal.throwIfAborted();
      failures.push({ lab: name, error });
    }
  }
  const [first] = failures;
  if (first !== undefined) {
    throw new LabError({
      code: 'down.incomplete',
      message: `${failures.length} of ${labs.length} labs could not be taken down`,
      hint: `one alone: swarmlab down --lab ${first.lab}`,
      problems: failures.map(({ lab, error }) => ({
        code: error instanceof LabError ? error.code : 'fault',
        message: `${lab}: ${messageOf(error)}`,
      })),
      cause: first.error,
    });
  }
  return {
    schema: 'swarmlab/down@1',
    labs,
    removed: done.flatMap(({ removed }) => removed),
    leaks: done.flatMap(({ leaks }) => leaks),
    durationMs: Math.round(performance.now() - startedAt),
  };
}
