import type { Readable, Writable } from 'node:stream';

export interface OptionSpec {
  /** Stands for the value in help; without one the option is a switch. */
  value?: string;
  describe: string;
}

/** What a word of a verb may be; completion offers these. */
export type WordKind =
  | 'node'
  | 'place'
  | 'driver'
  | 'experiment'
  | 'shell'
  | 'schema'
  | 'command'
  | 'action'
  | 'fault'
  | 'file'
  | 'text';

export interface WordSpec {
  name: string;
  kind: WordKind;
  describe: string;
  /** What an `action` may be. */
  choices?: readonly string[];
  /** One, none or one, none or more. */
  number: 'one' | 'optional' | 'many';
}

/** Where the tool's bytes come from and go to. */
export interface Io {
  stdin: Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  stdout: Writable & { isTTY?: boolean; columns?: number; rows?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  homedir: string;
  cwd: string;
}

export interface Invocation {
  verb: Verb;
  /** Undefined where an option was not given. */
  options: Readonly<Record<string, string | boolean | undefined>>;
  /** In the order of the verb's words. */
  words: Readonly<Record<string, readonly string[]>>;
  /** What follows NODE, word by word, for verbs whose options end there. */
  rest: readonly string[];
  io: Io;
  signal: AbortSignal;
}

/** What a verb has to say. Text and document are the same answer; --json chooses. */
export interface Answer {
  exitStatus: number;
  text?: string;
  document?: unknown;
}

export interface Verb {
  name: string;
  /** A few words, for the list of verbs. */
  summary: string;
  /** A sentence or two, for the verb's own help. */
  about: string;
  words: readonly WordSpec[];
  /** Options end at the first word; the rest belongs to a program on a machine. */
  passesThrough?: boolean;
  options: Readonly<Record<string, OptionSpec>>;
  examples: readonly (readonly [command: string, what: string])[];
  run(invocation: Invocation): Promise<Answer>;
}

/** Options of every verb. */
export const globalOptions: Readonly<Record<string, OptionSpec>> = {
  lab: { value: 'NAME', describe: "the lab; default: the config's, else default" },
  file: { value: 'PATH', describe: 'the config; default: swarmlab.yaml here or further up' },
  json: { describe: 'the answer as one JSON document' },
  output: { value: 'FILE', describe: 'the answer into a file instead of stdout' },
  quiet: { describe: 'no progress' },
  debug: { describe: 'where an error comes from' },
  timeout: { value: 'TIME', describe: 'give up after that long: 90s, 10m' },
};

/** An option's value; undefined when it was not given. */
export function optionOf({ options }: Pick<Invocation, 'options'>, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether a switch was given. */
export function isGiven({ options }: Pick<Invocation, 'options'>, name: string): boolean {
  return options[name] === true;
}

/** The one word of that name; the parser has seen to it that it is there. */
export function wordOf({ words }: Pick<Invocation, 'words'>, name: string): string {
  return words[name]?.[0] ?? '';
}
