import { wrongInput } from '../core/errors.ts';
import type { LabContext } from '../lab.ts';
import { chooseLab, openChosenLab, openContext, timeoutOf } from './context.ts';
import { checkOutput, writeAnswer } from './output.ts';
import { isDrawn } from './progress.ts';
import { parseReports } from './report-option.ts';
import { drawnProgress, linesProgress, type RunProgress } from './run-progress.ts';
import { type Answer, type Invocation, isGiven, optionOf, type Verb } from './verb.ts';

export const run: Verb = {
  name: 'run',
  summary: 'experiments: build, measure, judge, undo',
  about:
    'Runs experiments: builds what each describes, measures, compares with what it expects, and removes all of it. ' +
    'Exit status 1 when something differs, 3 when something could not be measured.',
  words: [{ name: 'experiment', kind: 'experiment', describe: 'ids of the catalogue, or YAML files', number: 'many' }],
  options: {
    all: { describe: 'the whole catalogue' },
    keep: { describe: 'leave everything standing, and say how to undo it' },
    explain: { describe: 'say of whatever is not reached why: where the packets end' },
    undo: { describe: 'remove what --keep left standing: of those, or of all' },
    report: { value: 'KIND=FILE', describe: 'the result into a file too: json=FILE' },
  },
  examples: [
    ['run user-bridge', 'one experiment of the catalogue'],
    ['run ./mine.yaml', 'one of your own'],
    ['run red-blue --explain', 'with the cause of each blocked pair'],
    ['run --all --report json=all.json', 'everything, with each probe in a file'],
    ['run user-bridge --keep', 'to look around afterwards'],
    ['run --undo', 'and to clear away again'],
  ],
  run: runExperiments,
};

/** Experiments wait for gossip and engines; each may take that long on top of the lab's own deadline. */
const perExperimentMs = 120_000;
/** To be made and removed; of a thousand on two busy processors each took 0.6 s to be made. */
const perContainerMs = 3_000;

async function runExperiments(invocation: Invocation): Promise<Answer> {
  const { io, words } = invocation;
  if (isGiven(invocation, 'undo')) return undo(invocation);
  const reports = parseReports(optionOf(invocation, 'report'));
  for (const { file } of reports) await checkOutput(file, io.cwd);
  const { chooseExperiments } = await import('./choose-experiments.ts');
  const chosen = await chooseExperiments(words.experiment ?? [], isGiven(invocation, 'all'), io.cwd);
  const { lab: name, timeoutMs } = await chooseLab(invocation);
  const containers = chosen.reduce((sum, one) => sum + one.experiment.containers.length, 0);
  const longer = timeoutOf(invocation) ?? timeoutMs + perExperimentMs * chosen.length + perContainerMs * containers;
  using context = openContext(invocation, name, longer);
  const [lab, { runExitStatus }, { renderRun }, { lookOf }] = await Promise.all([
    import('../lab.ts'),
    import('../report/run-document.ts'),
    import('../report/run-terminal.ts'),
    import('./terminal.ts'),
  ]);
  const { onEvent, around, runSteps } = progressOf(invocation, context, chosen.length);
  const document = await around(() =>
    lab.run(
      { ...context, runSteps },
      chosen.map(({ experiment }) => experiment),
      { keep: isGiven(invocation, 'keep'), explain: isGiven(invocation, 'explain'), progress: onEvent },
    ),
  );
  for (const { file } of reports) await writeAnswer(`${JSON.stringify(document, null, 2)}\n`, file, io.stdout, io.cwd);
  const typed = new Map(chosen.map(({ experiment, word }) => [experiment.id, word]));
  return {
    exitStatus: runExitStatus(document),
    text: renderRun(document, { ...lookOf(invocation), words: typed }),
    document,
  };
}

function progressOf(invocation: Invocation, { runSteps }: Pick<LabContext, 'runSteps'>, count: number): RunProgress {
  const { io } = invocation;
  if (isGiven(invocation, 'quiet')) return linesProgress(runSteps, () => undefined);
  if (isDrawn(io)) return drawnProgress(runSteps, count);
  return linesProgress(runSteps, (line) => void io.stderr.write(`${line}\n`));
}

async function undo(invocation: Invocation): Promise<Answer> {
  const other = ['all', 'keep', 'explain', 'report'].find((name) => invocation.options[name] !== undefined);
  if (other !== undefined) {
    const hint = 'swarmlab run --undo removes what all experiments left, swarmlab run --undo ID what one did';
    throw wrongInput('usage.wrong', `swarmlab run takes either --undo or --${other}`, [], hint);
  }
  const words = invocation.words.experiment ?? [];
  const { idsOf, refuseUnknown } = await import('./choose-experiments.ts');
  const ids = words.length === 0 ? null : await idsOf(words, invocation.io.cwd);
  using context = await openChosenLab(invocation);
  const { undoExperiments } = await import('../lab.ts');
  const counts = await undoExperiments(context, ids);
  const left = [...counts].filter(([, count]) => count > 0).map(([id]) => id);
  if (ids !== null) await refuseUnknown(ids.filter((id) => !left.includes(id)));
  const text = undoneText(context.lab, ids, left);
  return { exitStatus: 0, text, document: { schema: 'swarmlab/undo@1', lab: context.lab, experiments: ids } };
}

function undoneText(lab: string, ids: readonly string[] | null, left: readonly string[]): string {
  if (ids === null)
    return left.length > 0
      ? `What experiments left in lab ${lab} is gone.\n`
      : `No experiment left anything in lab ${lab}.\n`;
  const nothing = ids.filter((id) => !left.includes(id));
  return [
    ...(left.length > 0 ? [`What ${left.join(', ')} left in lab ${lab} is gone.\n`] : []),
    ...(nothing.length > 0 ? [`Nothing of ${nothing.join(', ')} was in lab ${lab}.\n`] : []),
  ].join('');
}
