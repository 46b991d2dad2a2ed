import type { ExperimentResult, StepResult } from '../verdict/run-types.ts';
import { foldNames, groupsOf } from './fold.ts';
import { renderStep } from './run-step.ts';
import type { Style } from './style.ts';
import { formatTable } from './table.ts';
import { count } from './words.ts';
import { wrap } from './wrap.ts';

/** One experiment whole: heading, who is where, its steps. */
export function renderExperiment(
  experiment: ExperimentResult,
  width: number,
  style: Style,
): { lines: readonly string[]; words: ReadonlySet<string> } {
  const { id, title, skipped, failure, steps, notes } = experiment;
  const lines = [style.bold(wrap(`${id}: ${title}`, width, '  '))];
  if (skipped !== null) {
    const rows = skipped.missing.map(({ node, what, reason }) => [node ?? 'lab', what, reason]);
    if (rows.length > 0) lines.push(formatTable(rows, { indent: '  ' }));
    return { lines, words: new Set() };
  }
  lines.push(...whereLines(experiment).map((line) => wrap(line, width, '    ')));
  if (failure !== null) {
    lines.push('', style.red(wrap(`Went no further: ${failure.message}`, width, '  ')));
    if (failure.hint !== null) lines.push(wrap(`  ${failure.hint}`, width, '  '));
  }
  const words = new Set<string>();
  const groupOf = groupsOf(experiment.containers);
  // Of what could not be built, or went no further, the steps that were left say nothing of their own.
  const shown = failure === null ? steps : steps.filter(wasTaken);
  steps.forEach((step, index) => {
    if (!shown.includes(step)) return;
    const rendered = renderStep(step, index + 1, width, style, groupOf);
    lines.push('', ...rendered.lines);
    for (const word of rendered.words) words.add(word);
  });
  const left = steps.length - shown.length;
  if (left > 0)
    lines.push(
      '',
      `${shown.length === 0 ? `${count(left, 'step')}, none of them` : `${count(left, 'step')} not`} measured.`,
    );
  if (notes.length > 0) lines.push('', ...notes.map((note) => wrap(`Note: ${note}`, width, '  ')));
  return { lines, words };
}

function wasTaken({ verdict, cells, checks }: StepResult): boolean {
  return verdict !== 'not-measured' || [...cells, ...checks].some((part) => part.verdict !== 'not-measured');
}

/** Which machine is which letter, and what stands on it. */
function whereLines({ nodes, containers }: ExperimentResult): readonly string[] {
  return nodes.map(({ letter, name, address }) => {
    const here = containers.filter(({ node }) => node === name).map((container) => container.name);
    const own = foldNames(here, groupsOf(containers));
    return `  ${letter} = ${name} (${address})${own.length === 0 ? '' : `: ${own.join(', ')}`}`;
  });
}
