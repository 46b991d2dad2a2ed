import type { SshConfigDocument } from '../report/documents.ts';
import { openChosenLab } from './context.ts';
import type { Verb } from './verb.ts';

export const sshConfig: Verb = {
  name: 'ssh-config',
  summary: "the lab's machines, for ssh and scp",
  about: "The lab's machines as an OpenSSH config, for ssh, scp, rsync and docker -H ssh://.",
  words: [],
  options: {},
  examples: [['ssh-config --output lab.conf', 'then: ssh -F lab.conf m1']],
  async run(invocation) {
    using context = await openChosenLab(invocation);
    const lab = await import('../lab.ts');
    const text = await lab.sshConfig(context);
    const document: SshConfigDocument = { schema: 'swarmlab/ssh-config@1', lab: context.lab, text };
    return { exitStatus: 0, text: text.endsWith('\n') ? text : `${text}\n`, document };
  },
};
