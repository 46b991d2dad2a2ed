import { runOnNode, terminalOf } from './session.ts';
import type { Verb } from './verb.ts';

export const ssh: Verb = {
  name: 'ssh',
  summary: 'a shell on a node',
  about: 'A shell on a node, or a command line in its shell.',
  words: [
    { name: 'node', kind: 'node', describe: "a node's name, or world", number: 'one' },
    {
      name: 'command',
      kind: 'command',
      describe: 'for the shell there; its exit status is the answer',
      number: 'many',
    },
  ],
  passesThrough: true,
  options: {},
  examples: [
    ['ssh m1', 'a shell on m1'],
    ["ssh m1 'docker ps | wc -l'", 'one command line'],
    ['ssh w1 docker network ls --no-trunc', "options after the node are the command's"],
  ],
  async run(invocation) {
    const { rest, io } = invocation;
    // One string for the shell over there, as ssh(1) does it: pipes and globs work.
    const argv = rest.length === 0 ? null : ['sh', '-c', rest.join(' ')];
    return runOnNode(invocation, { argv, terminal: terminalOf(io) });
  },
};
