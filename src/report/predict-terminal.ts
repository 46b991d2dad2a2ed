import type { Foretold } from '../model/rule.ts';
import type { PredictDocument, PredictedExperiment, PredictedProbe } from '../verdict/predict-types.ts';
import { expectedWord } from './run-words.ts';
import { createStyle, type Style } from './style.ts';
import { count, list } from './words.ts';
import { wrap } from './wrap.ts';

export interface PredictRendering {
  width: number;
  color: boolean;
}

/** What the model says, step by step, and then the rules that said so. At most 80 columns, ASCII. */
export function renderPrediction(document: PredictDocument, rendering: PredictRendering): string {
  const style = createStyle(rendering.color);
  const width = Math.max(40, Math.min(rendering.width, 80));
  const { totals, experiments } = document;
  const rest = [
    ...(totals.disagree > 0 ? [`${totals.disagree} of them disagree with the file`] : []),
    ...(totals.undecided > 0 ? [`${totals.undecided} undecided`] : []),
    ...(totals.skipped > 0 ? [`${totals.skipped} of ${count(totals.experiments, 'experiment')} skipped`] : []),
  ];
  const head = [
    `${count(totals.probes, 'probe')} foretold${rest.length === 0 ? '' : `, ${list(rest)}`}.`,
    enginesLine(document),
  ];
  const sections = experiments.map((experiment) => renderExperiment(experiment, style, width));
  const rules = rulesOf(experiments);
  const ending =
    rules.length === 0
      ? []
      : [
          [
            'Rules',
            ...rules.map(([id, sentence]) => `  ${style.bold(id)}\n${wrap(`    ${sentence}`, width, '    ')}`),
          ].join('\n'),
        ];
  return `${[head.map((line) => wrap(line, width, '')).join('\n'), ...sections, ...ending].join('\n\n')}\n`;
}

function enginesLine({ engines, asked, lab }: PredictDocument): string {
  const versions = [...new Set(engines.map(({ engine }) => engine))];
  const policies = [...new Set(engines.map(({ forwardPolicy }) => forwardPolicy))];
  const what = `Docker ${list(versions)}, ${count(engines.length, 'node')}, FORWARD policy ${list(policies)}`;
  return asked ? `${what}: lab ${lab}, which was asked.` : `${what}: assumed, no lab was asked.`;
}

function renderExperiment({ id, title, skipped, steps }: PredictedExperiment, style: Style, width: number): string {
  const head = wrap(`${style.bold(id)}: ${title}`, width, '  ');
  if (skipped !== null) return `${head}\n${wrap(`  skipped: ${skipped.sentence}`, width, '  ')}`;
  const asking = steps.filter(({ probes }) => probes.length > 0);
  if (asking.length === 0) return `${head}\n  asks nothing that the model foretells`;
  return [
    head,
    ...asking.map((step) => [wrap(`  ${step.title}`, width, '  '), ...linesOf(step.probes, style, width)].join('\n')),
  ].join('\n');
}

/** Probes of which the same is said for the same reason stand together. */
function linesOf(probes: readonly PredictedProbe[], style: Style, width: number): readonly string[] {
  const groups = new Map<string, PredictedProbe[]>();
  for (const probe of probes) {
    const key = [probe.expected, probe.rule.id, probe.agrees === false ? probe.stated : ''].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), probe]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const word = foretoldWord(first.expected);
    const against = first.agrees === false ? style.red(`; the file says ${expectedWord(first.stated)}`) : '';
    return [`    ${word}, ${first.rule.id}${against}`, wrap(`      ${pairsOf(group)}`, width, '      ')];
  });
}

/** `a -> b, c; b -> c`, with the protocols where not all are meant. */
function pairsOf(group: readonly PredictedProbe[]): string {
  const byFrom = new Map<string, Map<string, string[]>>();
  for (const { from, to, protocol } of group) {
    const targets = byFrom.get(from) ?? new Map<string, string[]>();
    targets.set(to, [...(targets.get(to) ?? []), protocol]);
    byFrom.set(from, targets);
  }
  const said = (to: string, protocols: readonly string[]) =>
    protocols.length < 3 ? `${to} (${protocols.join(', ')})` : to;
  const shown = firstOf([...byFrom]);
  const rows = shown.map(([from, targets]) => {
    const named = firstOf([...targets]).map(([to, protocols]) => said(to, protocols));
    const more = targets.size - named.length;
    return `${from} -> ${[...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')}`;
  });
  const more = byFrom.size - shown.length;
  return [...rows, ...(more > 0 ? [`and ${more} more that ask: --json has each of them`] : [])].join('; ');
}

/** All of a list that a person reads, the first few of a longer one. */
function firstOf<T>(all: readonly T[]): readonly T[] {
  return all.length > 40 ? all.slice(0, 6) : all;
}

function foretoldWord(expected: Foretold): string {
  return expected === 'undecided' ? '? undecided' : expectedWord(expected);
}

function rulesOf(experiments: readonly PredictedExperiment[]): readonly (readonly [string, string])[] {
  const rules = new Map<string, string>();
  for (const { skipped, steps } of experiments) {
    if (skipped !== null) continue;
    for (const { rule } of steps.flatMap(({ probes }) => probes)) rules.set(rule.id, rule.sentence);
  }
  return [...rules].toSorted(([left], [right]) => (left < right ? -1 : 1));
}
