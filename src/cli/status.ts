import { openChosenLab } from './context.ts';
import type { Verb } from './verb.ts';

export const status: Verb = {
  name: 'status',
  summary: 'say what there is of the lab',
  about: 'Says what there is of the lab: nodes, engines, swarm, ports.',
  words: [],
  options: {},
  examples: [
    ['status', 'the lab here'],
    ['status --lab seat-07 --json', 'another one, for a script'],
  ],
  async run(invocation) {
    using context = await openChosenLab(invocation);
    const [lab, { renderStatus }] = await Promise.all([import('../lab.ts'), import('../report/status.ts')]);
    const document = await lab.status(context);
    return { exitStatus: 0, text: renderStatus(document), document };
  },
};
