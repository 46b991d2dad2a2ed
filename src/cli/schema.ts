import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import { type Answer, type Invocation, optionOf, type Verb } from './verb.ts';

/** The schemas that there are: the file each is kept in, and how it is made. */
export const schemas: Readonly<Record<string, { file: string; make: () => Promise<unknown> }>> = {
  config: {
    file: 'swarmlab.schema.json',
    make: async () => (await import('../config/schema.ts')).configJsonSchema(),
  },
  experiment: {
    file: 'experiment.schema.json',
    make: async () => (await import('../experiment/language/schema.ts')).experimentJsonSchema(),
  },
  result: {
    file: 'result.schema.json',
    make: async () => (await import('../report/result-schema.ts')).resultJsonSchema(),
  },
  diff: {
    file: 'diff.schema.json',
    make: async () => (await import('../report/diff-schema.ts')).diffJsonSchema(),
  },
};

const names = Object.keys(schemas);

export const schema: Verb = {
  name: 'schema',
  summary: 'the JSON Schema of a file',
  about: 'The JSON Schema of a file that the tool reads or writes.',
  words: [{ name: 'name', kind: 'schema', describe: `${names.join(', ')}; default config`, number: 'optional' }],
  options: { write: { value: 'DIR', describe: 'write all of them into a folder' } },
  examples: [
    ['schema config', 'for an editor: what swarmlab.yaml may say'],
    ['schema experiment', 'the same for experiments'],
    ['schema result', 'what scope, run, probe, explain, doctor, fault print with --json'],
    ['schema diff', 'what diff prints with --json'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<Answer> {
  const folder = optionOf(invocation, 'write');
  if (folder !== undefined) return writeAll(path.resolve(invocation.io.cwd, folder));
  const name = invocation.words.name?.[0] ?? 'config';
  const chosen = schemas[name];
  if (chosen === undefined) {
    const near = nearMiss(name, names);
    const hint = near === null ? `there is: ${names.join(', ')}` : `did you mean ${near}?`;
    throw wrongInput('usage.unknown-schema', `there is no schema ${JSON.stringify(name)}`, [], hint);
  }
  const document = await chosen.make();
  return { exitStatus: 0, text: formatSchema(document), document };
}

/** A schema as its file holds it: short lists in one line, as the formatter of this project has them. */
export function formatSchema(document: unknown): string {
  const text = JSON.stringify(document, null, 2);
  const lines = text.replace(
    /^(.*)\[\n([^[\]{}]*?)\n\s*\](,?)$/gm,
    (whole, before: string, items: string, comma: string) => {
      const line = `${before}[${items
        .split('\n')
        .map((item) => item.trim())
        .join(' ')}]${comma}`;
      return line.length <= 120 ? line : whole;
    },
  );
  return `${lines}\n`;
}

async function writeAll(folder: string): Promise<Answer> {
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  for (const { file, make } of Object.values(schemas)) {
    await writeFile(path.join(folder, file), formatSchema(await make()));
    written.push(file);
  }
  return {
    exitStatus: 0,
    text: written.map((file) => `${file}\n`).join(''),
    document: { schema: 'swarmlab/schema@1', written },
  };
}
