import { readFile } from 'node:fs/promises';
import { LabError } from '../core/errors.ts';
import { checkOutput, writeAnswer } from './output.ts';
import { errorDocument, exitStatusOf, renderError } from './render-error.ts';
import { type Io, isGiven, optionOf } from './verb.ts';

/** What the parser makes of `--help` in 80 columns; `npm run schema` writes it, and a test holds it to that. */
const helpPage = new URL('../../docs/help.txt', import.meta.url);

/** One run of the tool: reads the command line, does it, says the answer or the error. Gives the exit status; never throws. */
export async function main(argv: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
  if (argv[0] === '--complete') return completeTo(argv.slice(1), io);
  const look = {
    json: argv.includes('--json'),
    debug: argv.includes('--debug'),
    output: undefined as string | undefined,
  };
  try {
    const page = await pageFor(argv, io);
    if (page !== null) {
      await writeAnswer(page, undefined, io.stdout, io.cwd);
      return 0;
    }
    const [{ parseCommandLine }, { verbs }] = await Promise.all([import('./parser.ts'), import('./verbs.ts')]);
    const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
    const parsed = await parseCommandLine(words, verbs, await version(), io.stdout.columns ?? 80);
    if (parsed.kind === 'text') {
      await writeAnswer(parsed.text, undefined, io.stdout, io.cwd);
      return 0;
    }
    look.json = isGiven(parsed, 'json');
    look.debug = isGiven(parsed, 'debug');
    const output = optionOf(parsed, 'output');
    if (output !== undefined) await checkOutput(output, io.cwd);
    look.output = output;
    const answer = await parsed.verb.run({ ...parsed, io, signal });
    const text = look.json && answer.document !== undefined ? formatDocument(answer.document) : answer.text;
    if (text !== undefined) await writeAnswer(text, output, io.stdout, io.cwd);
    return answer.exitStatus;
  } catch (thrown) {
    return await report(signal.aborted && !isInterruption(thrown) ? signal.reason : thrown, look, io);
  }
}

/** The first thing that a person types need not wait for the parser. */
async function pageFor(argv: readonly string[], io: Io): Promise<string | null> {
  const [word] = argv;
  if (argv.length !== 1 || (word !== '--help' && word !== 'help') || (io.stdout.columns ?? 80) < 80) return null;
  return readFile(helpPage, 'utf8').catch(() => null);
}

/** An error of its own that says that the person, or the system, wanted an end. */
function isInterruption(error: unknown): boolean {
  return error instanceof LabError && error.code === 'interrupted';
}

async function report(
  error: unknown,
  { json, debug, output }: { json: boolean; debug: boolean; output: string | undefined },
  io: Io,
): Promise<number> {
  io.stderr.write(renderError(error, debug));
  if (json) {
    const text = formatDocument(errorDocument(error));
    await writeAnswer(text, output, io.stdout, io.cwd).catch(() => writeAnswer(text, undefined, io.stdout, io.cwd));
  }
  return exitStatusOf(error);
}

function formatDocument(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function completeTo(argv: readonly string[], io: Io): Promise<number> {
  const [{ complete }, { createLookup }, { verbs }] = await Promise.all([
    import('./complete.ts'),
    import('./lookup.ts'),
    import('./verbs.ts'),
  ]);
  const candidates = await complete(argv.slice(1), Number(argv[0]), verbs, createLookup(io)).catch(() => []);
  await writeAnswer(candidates.map((each) => `${each}\n`).join(''), undefined, io.stdout, io.cwd);
  return 0;
}
