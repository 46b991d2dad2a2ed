import { wrongInput } from '../core/errors.ts';
import { runOnNode } from './session.ts';
import type { Verb } from './verb.ts';

export const exec: Verb = {
  name: 'exec',
  summary: 'a program on a node, word by word',
  about: 'Runs a program on a node, word by word as given, without a shell or a terminal.',
  words: [
    { name: 'node', kind: 'node', describe: "a node's name, or world", number: 'one' },
    {
      name: 'command',
      kind: 'command',
      describe: 'program and arguments; its exit status is the answer',
      number: 'many',
    },
  ],
  passesThrough: true,
  options: {},
  examples: [
    ['exec m1 docker node ls', 'the swarm as m1 sees it'],
    ["exec m1 docker ps -a --format '{{.Names}}'", "options after the node are the command's"],
    ['exec w1 tar -x -C /tmp <a.tar', 'stdin goes through'],
  ],
  async run(invocation) {
    const { rest } = invocation;
    if (rest.length === 0) {
      const hint = 'such as: swarmlab exec m1 docker ps; for a shell: swarmlab ssh m1';
      throw wrongInput('usage.missing-word', 'swarmlab exec needs a command after the node', [], hint);
    }
    return runOnNode(invocation, { argv: rest, terminal: null });
  },
};
