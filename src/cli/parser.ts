// The one importer of yargs.
import yargs, { type Argv } from 'yargs';
import { type LabError, type Problem, wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import { splitPassThrough } from './pass-through.ts';
import { globalOptions, type Invocation, type OptionSpec, type Verb, type WordSpec } from './verb.ts';

export type Parsed =
  | ({ kind: 'verb' } & Pick<Invocation, 'verb' | 'options' | 'words' | 'rest'>)
  /** Help or version: the whole answer. */
  | { kind: 'text'; text: string };

/** Reads a command line. Throws wrong usage (exit status 2), with a suggestion where something is near. */
export async function parseCommandLine(
  argv: readonly string[],
  verbs: readonly Verb[],
  version: string,
  width: number,
): Promise<Parsed> {
  const valueOptions = valueOptionsOf(verbs);
  const { own, rest, verb: word } = splitPassThrough(argv, verbs, valueOptions);
  // Also before --help, which yargs would answer with the list of verbs.
  const verb = verbs.find(({ name }) => name === word);
  if (word !== null && verb === undefined) throw unknownVerb(word, verbs);
  refuseUnknownOptions(own, verb, valueOptions);
  let chosen: Parsed | null = null;
  const parser = withoutTypes(yargs())
    .scriptName('swarmlab')
    .usage('$0 VERB [OPTIONS]\n\nNodes with real Docker Engines, and how far each network driver really reaches.')
    .locale('en')
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .wrap(Math.min(width, 80))
    .exitProcess(false)
    .showHelpOnFail(false)
    .strict()
    .help('help', 'this text')
    .version('version', 'the version of swarmlab', version)
    .epilogue('More about a verb: swarmlab VERB --help');
  addOptions(parser, globalOptions, 'Options of every verb:');
  for (const verb of verbs) {
    parser.command(
      [verb.name, ...verb.words.map(usageOf)].join(' '),
      verb.summary,
      (builder) => describeVerb(builder, verb),
      (values) => {
        const words = Object.fromEntries(verb.words.map(({ name }) => [name, [values[name] ?? []].flat().map(String)]));
        chosen = { kind: 'verb', verb, options: optionsOf(values, verb), words, rest };
      },
    );
  }
  let failure: string | null = null;
  let text = '';
  await parser.parseAsync(own, {}, (error, _values, output) => {
    if (error) failure = error.message;
    text = output;
  });
  if (failure !== null) throw usageError(failure, verb);
  if (chosen !== null) return chosen;
  if (text !== '') return { kind: 'text', text: `${text}\n` };
  throw wrongInput(
    'usage.no-verb',
    'no verb was given',
    [],
    `one of: ${verbs.map(({ name }) => name).join(', ')}; swarmlab --help says more`,
  );
}

/** Leaves `[string]` and `[boolean]` out of help. The types of yargs lack this method (yargs' own documentation has it). */
function withoutTypes(parser: Argv): Argv {
  return (parser as Argv & { usageConfiguration(options: object): Argv }).usageConfiguration({ 'hide-types': true });
}

function describeVerb(builder: Argv, verb: Verb): Argv {
  for (const { name, describe, number } of verb.words) {
    builder.positional(name, { type: 'string', describe, array: number === 'many' });
  }
  addOptions(builder, verb.options, 'Options:');
  for (const [command, what] of verb.examples) builder.example(`$0 ${command}`, what);
  return builder
    .version(false)
    .usage(`$0 ${[verb.name, ...verb.words.map(usageOf)].join(' ')} [OPTIONS]\n\n${verb.about}`)
    .epilogue('');
}

function addOptions(parser: Argv, options: Readonly<Record<string, OptionSpec>>, group: string): void {
  for (const [name, { value, describe }] of Object.entries(options)) {
    const shown = { describe: value === undefined ? describe : `${value}: ${describe}`, group };
    if (value === undefined) parser.option(name, { ...shown, boolean: true });
    else parser.option(name, { ...shown, string: true, requiresArg: true });
  }
}

function usageOf({ name, number }: WordSpec): string {
  return { one: `<${name}>`, optional: `[${name}]`, many: `[${name}..]` }[number];
}

function optionsOf(values: Record<string, unknown>, verb: Verb): Invocation['options'] {
  const names = [...Object.keys(globalOptions), ...Object.keys(verb.options)];
  // Given twice, the last one counts, as with most tools.
  return Object.fromEntries(names.map((name) => [name, [values[name]].flat().at(-1) as string | boolean | undefined]));
}

function valueOptionsOf(verbs: readonly Verb[]): Set<string> {
  const all = [globalOptions, ...verbs.map(({ options }) => options)].flatMap((options) => Object.entries(options));
  return new Set(all.flatMap(([name, { value }]) => (value === undefined ? [] : [`--${name}`])));
}

/** yargs' sentence as an error of ours, with what was probably meant. */
function usageError(failure: string, verb: Verb | undefined): LabError {
  const help = helpHint(verb);
  const unknown = /^Unknown (?:argument|command)s?: (.+)$/s.exec(failure)?.[1]?.split(', ');
  if (unknown !== undefined) {
    const problems = unknown.map((word): Problem => {
      const message = `swarmlab${verb === undefined ? '' : ` ${verb.name}`} does not take ${JSON.stringify(word)}`;
      return { code: 'usage.unexpected-word', message, hint: help };
    });
    const [first] = problems;
    if (problems.length === 1 && first !== undefined)
      return wrongInput(first.code, first.message, problems, first.hint);
    return wrongInput('usage.unknown', `${problems.length} words of the command line are not known`, problems, help);
  }
  const valueless = /^Not enough arguments following: (.+)$/.exec(failure)?.[1];
  if (valueless !== undefined) return wrongInput('usage.missing-value', `--${valueless} needs a value`, [], help);
  if (verb !== undefined && failure.startsWith('Not enough non-option arguments')) {
    const missing = verb.words.filter(({ number }) => number === 'one').map(({ name }) => name.toUpperCase());
    return wrongInput('usage.missing-word', `swarmlab ${verb.name} needs ${missing.join(' and ')}`, [], help);
  }
  return wrongInput('usage.wrong', failure, [], help);
}

function unknownVerb(word: string, verbs: readonly Verb[]): LabError {
  const near = nearMiss(
    word,
    verbs.map(({ name }) => name),
  );
  const hint = near === null ? helpHint(undefined) : `did you mean ${near}?`;
  const code = 'usage.unknown-verb';
  const message = `there is no verb ${word}`;
  return wrongInput(code, message, [{ code, message, hint }], hint);
}

/** Before yargs reads the line: an unknown option would swallow the next word as its value. */
function refuseUnknownOptions(
  argv: readonly string[],
  verb: Verb | undefined,
  valueOptions: ReadonlySet<string>,
): void {
  const known = [...Object.keys(globalOptions), ...Object.keys(verb?.options ?? {}), 'help', 'version'];
  const end = argv.indexOf('--');
  const problems = (end < 0 ? argv : argv.slice(0, end)).flatMap((word, index): Problem[] => {
    if (!word.startsWith('-') || word === '-') return [];
    // A number below zero is a wrong value, and the option that it is for says which are right.
    if (/^-\d/.test(word) && valueOptions.has(argv[index - 1] ?? '')) return [];
    const shown = word.split('=')[0] ?? word;
    if (shown.startsWith('--') && known.includes(shown.slice(2))) return [];
    const near = shown === '-h' ? 'help' : nearMiss(shown.replace(/^-+/, ''), known);
    const hint = near === null ? helpHint(verb) : `did you mean --${near}?`;
    return [{ code: 'usage.unknown-option', message: `there is no option ${shown}`, hint }];
  });
  const [first] = problems;
  if (first === undefined) return;
  if (problems.length === 1) throw wrongInput(first.code, first.message, problems, first.hint);
  throw wrongInput(first.code, `${problems.length} options are not known`, problems);
}

function helpHint(verb: Verb | undefined): string {
  return `swarmlab${verb === undefined ? '' : ` ${verb.name}`} --help says what there is`;
}
