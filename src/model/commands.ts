/** What a command does to the networks of where it runs, as far as its words tell. */
export type Effect = { kind: 'none' } | { kind: 'forward-policy'; policy: string } | { kind: 'unknown' };

/** Programs that only look, or talk: with any words, or with the given ones as their first that is no option. */
const looking: Readonly<Record<string, readonly string[] | 'any'>> = {
  '[': 'any',
  break: 'any',
  cat: 'any',
  cut: 'any',
  date: 'any',
  dig: 'any',
  docker: ['info', 'inspect', 'logs', 'port', 'ps', 'top', 'version', 'events', 'stats'],
  done: 'any',
  echo: 'any',
  exit: 'any',
  fi: 'any',
  grep: 'any',
  head: 'any',
  hostname: 'any',
  id: 'any',
  ls: 'any',
  netstat: 'any',
  nslookup: 'any',
  ping: 'any',
  printf: 'any',
  ps: 'any',
  sed: 'any',
  seq: 'any',
  sleep: 'any',
  sort: 'any',
  ss: 'any',
  tail: 'any',
  test: 'any',
  tr: 'any',
  traceroute: 'any',
  true: 'any',
  uname: 'any',
  uniq: 'any',
  wc: 'any',
};
/** Those that look when asked for one of these, as their second word. */
const lookingDocker = ['ls', 'inspect', 'ps', 'logs'];
const lookingIp = /^(addr|address|a|link|l|route|r|neigh|n|rule|netns|xfrm)$/;
const changing = /^(add|del|delete|set|change|replace|flush|append|prepend|update)$/;

/**
 * What a command of a step does: nothing, where all of its programs only look; sets the FORWARD policy, which changes who
 * reaches containers; or something that nobody knows. Words of a shell are taken apart roughly: what is not understood is unknown.
 */
export function effectOf(command: readonly string[]): Effect {
  const [program = '', flag = '', text = ''] = command;
  if ((program === 'sh' || program === 'bash') && flag === '-c') return effectOfShell(text);
  return effectOfWords(command);
}

function effectOfShell(text: string): Effect {
  // What stands in quotes is data to the programs that are known here.
  const bare = text.replace(/'[^']*'|"[^"$`]*"/g, ' QUOTED ').replace(/\d?>\s*&\d|\d?>>?\s*\/dev\/null/g, ' ');
  if (/[<>]/.test(bare)) return { kind: 'unknown' };
  const parts = bare.split(/\$\(|[|;&()`\n]|\bdo\b|\bthen\b|\belse\b/).map((part) => part.trim().split(/\s+/));
  return worst(parts.filter(([first]) => first !== undefined && first !== '').map(effectOfPart));
}

function effectOfPart(words: readonly string[]): Effect {
  const [first = '', ...rest] = words;
  if (first === 'for' || first === '"' || first === ']') return { kind: 'none' };
  if (first === 'if' || first === 'while' || first === '!' || first === 'exec') return effectOfPart(rest);
  if (/^\w+=/.test(first)) return rest.length === 0 ? { kind: 'none' } : effectOfPart(rest);
  return effectOfWords(words);
}

function effectOfWords(words: readonly string[]): Effect {
  const [program = '', ...rest] = words;
  const plain = rest.filter((word) => !word.startsWith('-'));
  const [first = '', second = ''] = plain;
  switch (program) {
    case 'iptables':
      return effectOfIptables(rest);
    case 'ip':
      return lookingIp.test(first) && !plain.some((word) => changing.test(word))
        ? { kind: 'none' }
        : { kind: 'unknown' };
    case 'docker':
      if (first === 'exec') return effectOfWords(plain.slice(2));
      if (['network', 'node', 'service', 'container', 'swarm', 'volume', 'image'].includes(first))
        return lookingDocker.includes(second) ? { kind: 'none' } : { kind: 'unknown' };
  }
  const allowed = Object.hasOwn(looking, program) ? looking[program] : undefined;
  return allowed === 'any' || allowed?.includes(first) === true ? { kind: 'none' } : { kind: 'unknown' };
}

function effectOfIptables(words: readonly string[]): Effect {
  const at = words.indexOf('-P');
  if (at >= 0 && words[at + 1] === 'FORWARD' && words.length === 3)
    return { kind: 'forward-policy', policy: words[at + 2] ?? '' };
  const changes = words.some((word) =>
    /^-(A|I|D|F|X|N|P|R|Z|E)$|^--(append|insert|delete|flush|policy|replace|new-chain)/.test(word),
  );
  return changes ? { kind: 'unknown' } : { kind: 'none' };
}

function worst(effects: readonly Effect[]): Effect {
  const changing = effects.filter(({ kind }) => kind !== 'none');
  if (changing.length === 0) return { kind: 'none' };
  return changing.length === 1 && changing[0] !== undefined ? changing[0] : { kind: 'unknown' };
}
