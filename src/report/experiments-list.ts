import type { Experiment, Needs } from '../experiment/language/definition.ts';
import { createStyle } from './style.ts';
import { count, list } from './words.ts';
import { wrap } from './wrap.ts';

export interface ExperimentsRendering {
  /** Columns of the terminal; used up to 80. */
  width: number;
  color: boolean;
}

/** The catalogue: ids with titles and what each needs, by how they run. At most 80 columns, ASCII. */
export function renderExperimentList(experiments: readonly Experiment[], rendering: ExperimentsRendering): string {
  const style = createStyle(rendering.color);
  const width = Math.max(40, Math.min(rendering.width, 80));
  const column = Math.max(...experiments.map(({ id }) => id.length), 0) + 2;
  const lineOf = (experiment: Experiment) => {
    const needs = needsWords(experiment.needs);
    const text = `${experiment.title}${needs === '' ? '' : ` (${needs})`}`;
    // Broken beside the column of ids, where there is room for that.
    const narrow = width - column < 30;
    const body = wrap(text, narrow ? width - 4 : width - column, '');
    const lines = body
      .split('\n')
      .map((line, index) => (index === 0 && !narrow ? line : `${' '.repeat(narrow ? 4 : column)}${line}`));
    const head = style.bold(experiment.id);
    return narrow
      ? `${head}\n${lines.join('\n')}`
      : `${head}${' '.repeat(column - experiment.id.length)}${lines.join('\n')}`;
  };
  const groups: [string, (experiment: Experiment) => boolean][] = [
    ['In the lab that is up, side by side', ({ ownLab, disturbs }) => ownLab === null && disturbs === 'nothing'],
    ['In the lab that is up, one at a time', ({ ownLab, disturbs }) => ownLab === null && disturbs !== 'nothing'],
    ['Each in a lab of its own', ({ ownLab }) => ownLab !== null],
  ];
  const sections = groups.flatMap(([title, belongs]) => {
    const members = experiments.filter(belongs);
    return members.length === 0 ? [] : [[`${title}:`, ...members.map(lineOf)].join('\n')];
  });
  const ending = 'swarmlab experiments ID explains one before it runs; swarmlab run ID runs it.';
  return `${[`${count(experiments.length, 'experiment')}.`, ...sections, wrap(ending, width, '')].join('\n\n')}\n`;
}

/** What is needed beyond one node: `3 nodes, a LAN machine, kernel macvlan and 8021q, engine <21, etcd`. */
export function needsWords({ nodes, outsider, kernel, engine, programs }: Needs): string {
  return [
    ...(nodes > 1 ? [count(nodes, 'node')] : []),
    ...(outsider ? ['a LAN machine'] : []),
    ...(kernel.length > 0 ? [`kernel ${list(kernel)}`] : []),
    ...(engine === null ? [] : [`engine ${engine.text}`]),
    ...programs,
  ].join(', ');
}
