import { stat } from 'node:fs/promises';
import path from 'node:path';
import { boxFileName, boxProviders } from '../box/types.ts';
import { exitStatus, LabError, wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import { runStep } from '../core/steps.ts';
import { openContext, timeoutOf } from './context.ts';
import { type Answer, type Invocation, optionOf, type Verb, wordOf } from './verb.ts';

const actions = ['create', 'verify'] as const;

/** Sticks are slow. */
const defaultTimeoutMs = 60 * 60_000;

export const bundle: Verb = {
  name: 'bundle',
  summary: 'all that a room without network needs, in a folder',
  about:
    'Puts the box, the tool itself with what it depends on, a config that fits and a README into a folder, for a USB ' +
    'stick or a share of the LAN; and looks whether such a folder is whole.',
  words: [
    { name: 'action', kind: 'action', choices: actions, describe: actions.join(', '), number: 'one' },
    { name: 'folder', kind: 'text', describe: 'create: empty or not there yet', number: 'one' },
  ],
  options: {
    box: { value: 'FILE', describe: `create: the box; default those of "swarmlab box build" that are here` },
  },
  examples: [
    ['bundle create /media/stick/lab', 'with the boxes that are here'],
    ['bundle create lab --box lab.box', 'with that box'],
    ['bundle verify /media/stick/lab', 'every file that is missing, altered or extra'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<Answer> {
  const action = actionOf(wordOf(invocation, 'action'));
  const folder = path.resolve(invocation.io.cwd, wordOf(invocation, 'folder'));
  if (action === 'verify' && optionOf(invocation, 'box') !== undefined) {
    throw wrongInput('usage.wrong', '--box is for bundle create', [], 'swarmlab bundle --help says what there is');
  }
  using context = openContext(invocation, 'default', timeoutOf(invocation) ?? defaultTimeoutMs);
  switch (action) {
    case 'create': {
      const boxes = await boxesOf(invocation);
      const [{ createBundle }, { createRunProgram }, { renderBundle }] = await Promise.all([
        import('../bundle/create.ts'),
        import('../core/program/run-program.ts'),
        import('../report/bundle.ts'),
      ]);
      const { signal, runSteps, stateHome } = context;
      const cacheDir = path.join(stateHome, 'cache');
      const document = await createBundle({
        folder,
        boxes,
        cacheDir,
        run: createRunProgram(invocation.io),
        signal,
        runSteps,
      });
      return { exitStatus: exitStatus.asExpected, text: renderBundle(document), document };
    }
    case 'verify': {
      const [{ verifyBundle }, { renderVerified }] = await Promise.all([
        import('../bundle/verify.ts'),
        import('../report/bundle.ts'),
      ]);
      const document = await runStep(context.runSteps, `the files of ${folder}`, (awaiting) =>
        verifyBundle(folder, context.signal, awaiting),
      );
      const status = document.findings.length === 0 ? exitStatus.asExpected : exitStatus.finding;
      return { exitStatus: status, text: renderVerified(document), document };
    }
    default:
      return action satisfies never;
  }
}

/** The box that is named, else those that `box build` leaves in the folder where it is typed. */
async function boxesOf(invocation: Invocation): Promise<string[]> {
  const { cwd } = invocation.io;
  const given = optionOf(invocation, 'box');
  if (given !== undefined) return [path.resolve(cwd, given)];
  const candidates = boxProviders.map((provider) => path.join(cwd, boxFileName(provider)));
  const there = await Promise.all(candidates.map((file) => stat(file).catch(() => null)));
  const boxes = candidates.filter((_file, index) => there[index]?.isFile() === true);
  if (boxes.length > 0) return boxes;
  throw new LabError({
    code: 'bundle.no-box',
    message: `there is no box here: neither ${boxProviders.map(boxFileName).join(' nor ')}`,
    hint: 'make one with swarmlab box build on Linux, or name one: --box FILE',
  });
}

function actionOf(text: string): (typeof actions)[number] {
  const known = actions.find((action) => action === text);
  if (known !== undefined) return known;
  const near = nearMiss(text, actions);
  const message = `swarmlab bundle does not know ${JSON.stringify(text)}`;
  throw wrongInput(
    'usage.wrong-value',
    message,
    [],
    near === null ? `one of: ${actions.join(', ')}` : `did you mean ${near}?`,
  );
}
