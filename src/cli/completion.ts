import { wrongInput } from '../core/errors.ts';
import type { Verb } from './verb.ts';

const scripts: Readonly<Record<string, string>> = {
  bash: `# swarmlab completion for bash. Put into ~/.bashrc:  source <(swarmlab completion bash)
_swarmlab() {
  local IFS=$'\\n'
  local candidates
  candidates=$(swarmlab --complete "$COMP_CWORD" "\${COMP_WORDS[@]}" 2>/dev/null)
  COMPREPLY=($(compgen -W "$candidates" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _swarmlab swarmlab
`,
  zsh: `#compdef swarmlab
# swarmlab completion for zsh. Put into ~/.zshrc, after compinit:  source <(swarmlab completion zsh)
_swarmlab() {
  local -a candidates
  candidates=("\${(@f)$(swarmlab --complete $((CURRENT - 1)) "\${words[@]}" 2>/dev/null)}")
  if [[ -n "\${candidates[1]}" ]]; then compadd -a candidates; else _files; fi
}
compdef _swarmlab swarmlab
`,
};

export const completion: Verb = {
  name: 'completion',
  summary: 'a completion script for the shell',
  about: 'A script that lets the shell complete verbs, options, labs and nodes.',
  words: [{ name: 'shell', kind: 'shell', describe: 'bash or zsh; default: the one in $SHELL', number: 'optional' }],
  options: {},
  examples: [['completion bash', 'to use it: source <(swarmlab completion bash)']],
  async run({ words, io }) {
    const shell = words.shell?.[0] ?? (io.env.SHELL?.endsWith('zsh') ? 'zsh' : 'bash');
    const text = scripts[shell];
    if (text === undefined) {
      throw wrongInput(
        'usage.wrong-value',
        `there is no completion for ${JSON.stringify(shell)}`,
        [],
        'there is: bash, zsh',
      );
    }
    return { exitStatus: 0, text, document: { schema: 'swarmlab/completion@1', shell, script: text } };
  },
};
