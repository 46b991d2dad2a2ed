import { setMaxListeners } from 'node:events';
import { labNameProblem } from '../config/names.ts';
import { defaultTimeoutMs, defaultTimeoutOf } from '../config/resolve.ts';
import type { ResolvedConfig } from '../config/types.ts';
import { deadline } from '../core/deadline.ts';
import { parseDuration } from '../core/duration.ts';
import { wrongInput } from '../core/errors.ts';
import { stateHome } from '../core/state-home.ts';
import type { LabContext } from '../lab.ts';
import { createProgress } from './progress.ts';
import { type Invocation, isGiven, optionOf } from './verb.ts';

/** --timeout in milliseconds; undefined when it was not given. */
export function timeoutOf(invocation: Invocation): number | undefined {
  const text = optionOf(invocation, 'timeout');
  if (text === undefined) return undefined;
  const timeoutMs = parseDuration(text);
  if (timeoutMs !== null) return timeoutMs;
  const message = `--timeout must be a duration, not ${JSON.stringify(text)}`;
  throw wrongInput(
    'usage.wrong-value',
    message,
    [{ code: 'usage.wrong-value', message, path: '--timeout' }],
    'such as 90s, 10m or 1h, at most 24h',
  );
}

/**
 * Which lab, and for how long, for a verb that works on what is there: `--lab`, else the config's word, else `default`.
 * Only those two keys of the config count, so that a lab can be looked at and taken down while its config is being
 * edited; a config whose lab cannot be read is an error.
 */
export async function chooseLab(invocation: Invocation): Promise<{ lab: string; timeoutMs: number }> {
  const given = optionOf(invocation, 'lab');
  const timeoutMs = timeoutOf(invocation);
  if (given !== undefined) {
    const problem = labNameProblem(given);
    if (problem !== null) throw wrongInput(problem.code, problem.message, [problem]);
    return { lab: given, timeoutMs: timeoutMs ?? defaultTimeoutMs };
  }
  const config = await readConfig(invocation);
  if (config.source.broken.has('lab')) {
    const { invalidConfig } = await import('../config/invalid.ts');
    throw invalidConfig(config.source.file, config.source.problems);
  }
  return { lab: config.lab, timeoutMs: timeoutMs ?? config.timeoutMs ?? defaultTimeoutOf(config.provider) };
}

/** The config that --file names, or that is found. */
export async function readConfig({ io, options }: Pick<Invocation, 'io' | 'options'>): Promise<ResolvedConfig> {
  const { loadConfig } = await import('../config/load.ts');
  return loadConfig({ file: optionOf({ options }, 'file') ?? null, cwd: io.cwd, platform: io.platform });
}

/** Where the labs of this person on this machine have their state. */
export function stateHomeOf({ io }: Pick<Invocation, 'io'>): string {
  return stateHome(io);
}

/** What lab.ts works with. Disposing of it stops the clock; null is no clock, for a recipe that has its own. */
export function openContext(invocation: Invocation, lab: string, timeoutMs: number | null): LabContext & Disposable {
  const limit =
    timeoutMs === null
      ? null
      : deadline({
          signal: invocation.signal,
          timeoutMs,
          awaiting: `"swarmlab ${invocation.verb.name}" to end`,
          hint: 'allow it more with --timeout, such as --timeout 20m',
        });
  const signal = limit ?? invocation.signal;
  setMaxListeners(0, invocation.signal, signal);
  const { runSteps, note } = createProgress(invocation.io, isGiven(invocation, 'quiet'));
  return {
    stateHome: stateHomeOf(invocation),
    lab,
    signal,
    runSteps,
    note,
    [Symbol.dispose]: () => limit?.[Symbol.dispose](),
  };
}

/** The context of the lab that the command line means. */
export async function openChosenLab(invocation: Invocation): Promise<LabContext & Disposable> {
  const { lab, timeoutMs } = await chooseLab(invocation);
  return openContext(invocation, lab, timeoutMs);
}
