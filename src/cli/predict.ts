import { wrongInput } from '../core/errors.ts';
import { parseEngineVersion } from '../experiment/engine-version.ts';
import { chooseLab, openContext, readConfig } from './context.ts';
import { type Answer, type Invocation, isGiven, optionOf, type Verb } from './verb.ts';

export const predict: Verb = {
  name: 'predict',
  summary: 'what the model expects of experiments, and by which rule',
  about:
    'Says what should come out of every probe of an experiment, and which rule of the model says so. Touches nothing: ' +
    'a lab that is up is asked for its engines and kernels; without one, or with --engine, they are assumed.',
  words: [{ name: 'experiment', kind: 'experiment', describe: 'ids of the catalogue, or YAML files', number: 'many' }],
  options: {
    all: { describe: 'the whole catalogue' },
    engine: { value: 'VERSION', describe: 'assume this engine on all nodes, such as 28.1; no lab is asked' },
  },
  examples: [
    ['predict user-bridge', 'before, or instead of, running it'],
    ['predict isolation --engine 28.1', 'on an engine that is not here'],
    ['predict --all --json', 'to compare with run --all --json'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<Answer> {
  const { io, words } = invocation;
  const engine = engineOf(invocation);
  const { chooseExperiments } = await import('./choose-experiments.ts');
  const chosen = await chooseExperiments(words.experiment ?? [], isGiven(invocation, 'all'), io.cwd, 'predict');
  const { lab: name, timeoutMs } = await chooseLab(invocation);
  using context = openContext(invocation, name, timeoutMs);
  const [lab, { renderPrediction }, { lookOf }, config] = await Promise.all([
    import('../lab.ts'),
    import('../report/predict-terminal.ts'),
    import('./terminal.ts'),
    readConfig(invocation),
  ]);
  const experiments = chosen.map(({ experiment }) => experiment);
  const document = await lab.predict(context, experiments, { config, engine });
  return { exitStatus: 0, text: renderPrediction(document, lookOf(invocation)), document };
}

/** `28` and `28.1` are versions too. Throws wrong input for what is none. */
function engineOf(invocation: Invocation): string | null {
  const text = optionOf(invocation, 'engine');
  if (text === undefined) return null;
  const version = /^\d+$/.test(text) ? `${text}.0` : text;
  if (parseEngineVersion(version) !== null) return version;
  const message = `--engine must be a version, not ${JSON.stringify(text)}`;
  throw wrongInput(
    'usage.wrong-value',
    message,
    [{ code: 'usage.wrong-value', message, path: '--engine' }],
    'such as 20.10 or 28.1',
  );
}
