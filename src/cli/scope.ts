import { parseDriverIds } from '../experiment/scope/driver-ids.ts';
import { driverIds } from '../experiment/types.ts';
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
