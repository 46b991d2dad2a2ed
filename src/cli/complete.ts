import { boxProviders } from '../box/types.ts';
import { providerKinds } from '../config/limits.ts';
import { driverIds } from '../experiment/types.ts';
import { engineActions, faultKinds } from '../fault/types.ts';
import { globalOptions, type Verb } from './verb.ts';

/** Names that have to be looked up. Each may fail; then nothing is offered. */
export interface Lookup {
  labs(): Promise<readonly string[]>;
  /** Of the lab that `options` mean (`--lab`, `--file`). */
  nodes(options: Readonly<Record<string, string | undefined>>): Promise<readonly string[]>;
  /** Ids of the catalogue. */
  experiments(): Promise<readonly string[]>;
}

/** What may stand at `index` of a command line; `words[0]` is the program itself. Empty means: a file name, perhaps. */
export async function complete(
  words: readonly string[],
  index: number,
  verbs: readonly Verb[],
  lookup: Lookup,
): Promise<readonly string[]> {
  const current = words[index] ?? '';
  const before = words.slice(1, index);
  const { options, positional } = read(before, verbs);
  const verb = verbs.find(({ name }) => name === positional[0]);
  if (verb?.passesThrough === true && positional.length > 1) return [];
  const last = before.at(-1)?.replace(/^--/, '');
  if (before.at(-1)?.startsWith('--') && last !== undefined && takesValue(last, verb)) {
    if (last === 'lab') return lookup.labs().catch(() => []);
    if (verb?.name === 'fault' && (last === 'on' || last === 'from')) return lookup.nodes(options).catch(() => []);
    if (last === 'direction') return ['in', 'out', 'both'];
    if (last !== 'provider') return [];
    return verb?.name === 'box' ? boxProviders : providerKinds;
  }
  if (current.startsWith('-')) {
    return [...Object.keys(verb?.options ?? {}), ...Object.keys(globalOptions), 'help'].map((name) => `--${name}`);
  }
  if (verb === undefined) return positional.length === 0 ? verbs.map(({ name }) => name) : [];
  const given = positional.length - 1;
  const word = verb.words[given] ?? (verb.words.at(-1)?.number === 'many' ? verb.words.at(-1) : undefined);
  switch (word?.kind) {
    case 'node':
      return lookup.nodes(options).catch(() => []);
    case 'place': {
      const nodes = await lookup.nodes(options).catch(() => []);
      return [...nodes.map((node) => `node:${node}`), 'lan', 'world'];
    }
    case 'driver':
      return driverIds.filter((id) => !positional.includes(id));
    case 'experiment': {
      // A path is the shell's to complete.
      if (current.includes('/')) return [];
      const ids = await lookup.experiments().catch(() => []);
      return ids.filter((id) => !positional.includes(id));
    }
    case 'shell':
      return ['bash', 'zsh'];
    case 'schema':
      return ['config', 'experiment', 'result', 'diff'];
    case 'fault':
      return completeFault(positional.slice(1), () => lookup.nodes(options).catch(() => []));
    case 'action':
      return word.choices ?? [];
    case 'command':
    case 'file':
    case 'text':
    case undefined:
      return [];
  }
}

/** Behind `fault`: `add`, a kind, its arguments. */
async function completeFault(
  [action, kind]: readonly string[],
  nodes: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  if (action !== 'add') return [];
  switch (kind) {
    case undefined:
      return faultKinds;
    case 'engine':
      return engineActions;
    case 'partition':
    case 'wrong-advertise':
      return nodes();
    default:
      return [];
  }
}

function read(words: readonly string[], verbs: readonly Verb[]) {
  const options: Record<string, string | undefined> = {};
  const positional: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const name = word.replace(/^--/, '');
    if (!word.startsWith('-')) positional.push(word);
    else if (
      takesValue(
        name,
        verbs.find((verb) => verb.name === positional[0]),
      )
    ) {
      index += 1;
      options[name] = words[index];
    }
  }
  return { options, positional };
}

function takesValue(name: string, verb: Verb | undefined): boolean {
  return { ...globalOptions, ...verb?.options }[name]?.value !== undefined;
}
