import type { EnvDocument } from '../report/documents.ts';
import { openChosenLab } from './context.ts';
import { type Verb, wordOf } from './verb.ts';

export const env: Verb = {
  name: 'env',
  summary: "point this shell's docker at a node",
  about: "Points this shell's docker at a node's engine.",
  words: [{ name: 'node', kind: 'node', describe: 'a node with an engine', number: 'one' }],
  options: {},
  examples: [['env m1', 'to use it: eval "$(swarmlab env m1)"']],
  async run(invocation) {
    const node = wordOf(invocation, 'node');
    using context = await openChosenLab(invocation);
    const [lab, { renderEnv }] = await Promise.all([import('../lab.ts'), import('../report/env.ts')]);
    const environment = await lab.engineEnvironment(context, node);
    const document: EnvDocument = { schema: 'swarmlab/env@1', node, environment };
    return { exitStatus: 0, text: renderEnv(document), document };
  },
};
