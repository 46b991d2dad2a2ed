import { openChosenLab } from './context.ts';
import type { Verb } from './verb.ts';

export const halt: Verb = {
  name: 'halt',
  summary: "stop the lab's machines, keep their disks",
  about:
    "Stops the lab's machines and keeps their disks; up starts them again, with containers and networks as they were.",
  words: [],
  options: {},
  examples: [['halt', 'before the laptop is shut; swarmlab up goes on']],
  async run(invocation) {
    using context = await openChosenLab(invocation);
    const [lab, { renderHalt }] = await Promise.all([import('../lab.ts'), import('../report/halt.ts')]);
    const document = await lab.halt(context);
    return { exitStatus: 0, text: renderHalt(document), document };
  },
};
