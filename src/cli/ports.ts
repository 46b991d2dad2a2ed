import { openChosenLab } from './context.ts';
import type { Verb } from './verb.ts';

export const ports: Verb = {
  name: 'ports',
  summary: "measure the swarm's ports, node to node",
  about: "Measures the swarm's ports, each node to each node.",
  words: [],
  options: {},
  examples: [['ports', 'exit status 1 when one is not open']],
  async run(invocation) {
    using context = await openChosenLab(invocation);
    const [lab, { portsExitStatus, renderPorts }] = await Promise.all([
      import('../lab.ts'),
      import('../report/ports.ts'),
    ]);
    const document = await lab.ports(context);
    return { exitStatus: portsExitStatus(document), text: renderPorts(document), document };
  },
};
