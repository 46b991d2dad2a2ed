import type { Problem } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import { mostNodes, providerKinds } from './limits.ts';
import { labNameProblem } from './names.ts';
import type { ResolvedConfig } from './types.ts';

/** What the command line says instead of the file; undefined leaves the file's word. */
export interface ConfigOverrides {
  lab?: string | undefined;
  provider?: string | undefined;
  /** Counts as they were typed. */
  managers?: string | undefined;
  workers?: string | undefined;
  outsiders?: string | undefined;
  timeoutMs?: number | undefined;
}

/** The config with the command line's word in it; what is wrong with that joins the config's problems. */
export function overrideConfig(config: ResolvedConfig, overrides: ConfigOverrides): ResolvedConfig {
  const problems: Problem[] = [...config.source.problems];
  const options = new Map(config.source.options);
  const broken = new Set(config.source.broken);
  const result = { ...config };

  if (overrides.lab !== undefined) {
    const problem = labNameProblem(overrides.lab);
    if (problem !== null) problems.push(problem);
    result.lab = overrides.lab;
    options.set('lab', '--lab');
  }
  if (overrides.provider !== undefined) {
    const provider = providerKinds.find((kind) => kind === overrides.provider);
    if (provider === undefined) problems.push(providerProblem(overrides.provider));
    else result.provider = provider;
    options.set('provider', '--provider');
  }
  if (overrides.timeoutMs !== undefined) result.timeoutMs = overrides.timeoutMs;

  for (const key of ['managers', 'workers', 'outsiders'] as const) {
    const text = overrides[key];
    if (text === undefined) continue;
    const count = /^\d{1,4}$/.test(text) ? Number(text) : -1;
    const option = `--${key}`;
    const least = key === 'managers' ? 1 : 0;
    if (count < least || count > mostNodes) {
      const message = `${option} must be a whole number from ${least} to ${mostNodes}, not ${JSON.stringify(text)}`;
      problems.push({ code: 'usage.wrong-value', message, path: option });
      broken.add('nodes');
    } else if (result.nodes.kind === 'list') {
      problems.push({
        code: 'config.nodes-listed',
        message: `${option} cannot change nodes that ${config.source.file ?? 'the config'} lists one by one`,
        hint: 'change the list, or give counts there: nodes: {managers: 1, workers: 2}',
        path: option,
      });
    } else {
      result.nodes = { ...result.nodes, [key]: count };
      options.set(`nodes.${key}`, option);
    }
  }
  result.source = { ...config.source, options, problems, broken };
  return result;
}

function providerProblem(provider: string): Problem {
  const near = nearMiss(provider, providerKinds);
  return {
    code: 'config.unknown-provider',
    message: `there is no provider ${JSON.stringify(provider)}`,
    hint: near === null ? `there is: ${providerKinds.join(', ')}` : `did you mean ${near}?`,
    path: '--provider',
  };
}
