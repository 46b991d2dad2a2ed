import { expect, it } from 'vitest';
import { parseCommandLine } from '../../src/cli/parser.ts';
import { verbs } from '../../src/cli/verbs.ts';

async function parse(line: string) {
  const parsed = await parseCommandLine(line.split(' '), verbs, '0.0.0', 80);
  if (parsed.kind !== 'verb') throw new Error(`no verb: ${parsed.text}`);
  const given = Object.entries(parsed.options).filter(([, value]) => value !== undefined);
  return { verb: parsed.verb.name, options: Object.fromEntries(given), words: parsed.words, rest: parsed.rest };
}

it.each([
  ['scope', { verb: 'scope', words: { id: [] } }],
  ['scope bridge-user overlay none', { words: { id: ['bridge-user', 'overlay', 'none'] } }],
  ['scope macvlan --json overlay', { words: { id: ['macvlan', 'overlay'] }, options: { json: true } }],
  ['scope -- macvlan overlay', { words: { id: ['macvlan', 'overlay'] } }],
  ['--lab a status', { verb: 'status', options: { lab: 'a' } }],
  ['status --lab=a', { options: { lab: 'a' } }],
  ['status --lab a --lab b', { options: { lab: 'b' } }],
  ['status --json --json', { options: { json: true } }],
  ['status --lab 007', { options: { lab: '007' } }],
  ['env m1', { words: { node: ['m1'] } }],
  ['schema', { words: { name: [] } }],
  ['ssh m1', { words: { node: ['m1'], command: [] }, rest: [] }],
  ['exec --quiet m1 ls --json -l', { words: { node: ['m1'] }, rest: ['ls', '--json', '-l'], options: { quiet: true } }],
])('%s', async (line, parsed) => {
  expect(await parse(line)).toMatchObject(parsed);
});

it('gives no option that was not given', async () => {
  expect((await parse('up')).options).toEqual({});
});
