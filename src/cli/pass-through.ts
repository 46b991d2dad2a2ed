import type { Verb } from './verb.ts';

/**
 * Splits a command line at the node of a verb like `ssh`: what is before belongs to this tool, what comes after to a
 * program on the machine, untouched. `verb` is the first word that is no option, whether such a verb is there or not. No `--` is needed in between (PowerShell drops it); one right there is taken out.
 */
export function splitPassThrough(
  argv: readonly string[],
  verbs: readonly Pick<Verb, 'name' | 'passesThrough'>[],
  valueOptions: ReadonlySet<string>,
): { own: string[]; rest: string[]; verb: string | null } {
  const own: string[] = [];
  let verb: string | null = null;
  let literal = false;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (!literal && verb !== null && word === '--') {
      literal = true;
      continue;
    }
    own.push(word);
    if (!literal && word.startsWith('-') && word !== '-') {
      if (!valueOptions.has(word)) continue;
      index += 1;
      const value = argv[index];
      if (value !== undefined) own.push(value);
    } else if (verb === null) {
      verb = word;
      if (verbs.find(({ name }) => name === word)?.passesThrough !== true) break;
    } else {
      const rest = argv.slice(index + 1);
      return { own, rest: !literal && rest[0] === '--' ? rest.slice(1) : rest, verb };
    }
  }
  if (verbs.some(({ name, passesThrough }) => name === verb && passesThrough)) return { own, rest: [], verb };
  // No word of the other verbs begins with a hyphen, so `--` says nothing there; yargs would lose what follows it.
  return { own: argv.filter((word) => word !== '--'), rest: [], verb };
}
