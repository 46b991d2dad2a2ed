import { type Problem, wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import { type DriverId, driverIds } from '../experiment/types.ts';
import { openChosenLab } from './context.ts';
import type { Verb } from './verb.ts';

export const scope: Verb = {
  name: 'scope',
  summary: 'measure how far each driver reaches',
  about: 'Measures how far each network driver reaches, against what Docker says.',
  words: [{ name: 'id', kind: 'driver', describe: driverIds.join(' '), number: 'many' }],
  options: {},
  examples: [
    ['scope', 'all drivers'],
    ['scope macvlan overlay', 'two of them'],
    ['scope --json --output scope.json', 'every cell, for a script'],
  ],
  async run(invocation) {
    const ids = parseDriverIds(invocation.words.id ?? []);
    using context = await openChosenLab(invocation);
    const [lab, { renderScope }, { scopeExitStatus }, { lookOf }] = await Promise.all([
      import('../lab.ts'),
      import('../report/scope-terminal.ts'),
      import('../report/scope-document.ts'),
      import('./terminal.ts'),
    ]);
    const document = await lab.scope(context, ids);
    return { exitStatus: scopeExitStatus(document), text: renderScope(document, lookOf(invocation)), document };
  },
};

/** The drivers that were asked for, each once; null for all. Throws wrong input that names every unknown one. */
export function parseDriverIds(words: readonly string[]): readonly DriverId[] | null {
  const problems = words.flatMap((word): Problem[] => {
    if (driverIds.some((id) => id === word)) return [];
    const near = nearMiss(word, driverIds);
    const hint = near === null ? `there is: ${driverIds.join(' ')}` : `did you mean ${near}?`;
    return [{ code: 'usage.unknown-driver', message: `there is no driver id ${JSON.stringify(word)}`, hint }];
  });
  const [first] = problems;
  if (first !== undefined) {
    const message = problems.length === 1 ? first.message : `${problems.length} driver ids are not known`;
    throw wrongInput('usage.unknown-driver', message, problems, problems.length === 1 ? first.hint : undefined);
  }
  return words.length === 0 ? null : driverIds.filter((id) => words.includes(id));
}
