import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseResult, readResult } from '../../src/report/read-result.ts';
import { probeDocument } from './probe-documents.ts';
import { scopeDocument } from './scope-documents.ts';

const document = scopeDocument({ ids: ['host'] });
const text = `${JSON.stringify(document, null, 2)}\n`;

it.each([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
  ['UTF-16 with lines that end in CRLF', Buffer.from(`\uFEFF${text.replaceAll('\n', '\r\n')}`, 'utf16le')],
])('reads %s', async (_name, bytes) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'result-'));
  try {
    const file = path.join(folder, 'a.json');
    await writeFile(file, bytes);
    expect(await readResult(file, 'a.json')).toEqual({ kind: 'result', document });
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('reads a document with keys that a later swarmlab added', () => {
  expect(parseResult(JSON.stringify({ ...document, more: 1 }), 'a.json')).toMatchObject({ kind: 'result' });
});

it('reads a document of an earlier swarmlab, which lacks a key that was added', () => {
  const { image: _image, ...earlier } = probeDocument();
  expect(parseResult(JSON.stringify(earlier), 'a.json')).toMatchObject({ kind: 'result' });
});

it.each([
  ['', 'result.syntax', 'empty'],
  ['{\n  "schema": ', 'result.syntax', 'no JSON'],
  ['[1]', 'result.other-kind', 'no result of swarmlab'],
  ['{"schema": "swarmlab/status@1"}', 'result.other-kind', '"status"'],
  ['{"schema": "swarmlab/error@1", "error": {"message": "no lab"}}', 'result.other-kind', 'an error: no lab'],
  ['{"schema": "swarmlab/scope@2"}', 'result.other-version', 'version 2'],
])('says what is wrong with %j', (wrong, code, words) => {
  const found = parseResult(wrong, 'a.json');
  expect(found).toMatchObject({ problems: [{ code, file: 'a.json', message: expect.stringContaining(words) }] });
});

it('says where a syntax error is', () => {
  expect(parseResult('{\n  "a": 1,\n  x\n}', 'a.json')).toMatchObject({ problems: [{ line: 3, column: 3 }] });
});

it('says all that is wrong at once, up to a number that can be read', () => {
  const { durationMs: _time, ...rest } = document;
  const two = { ...rest, lab: 7 };
  expect(parseResult(JSON.stringify(two), 'a.json')).toMatchObject({
    problems: [{ code: 'result.wrong-value', path: 'lab' }, { path: 'durationMs' }],
  });
  const many = { ...document, notes: Array.from({ length: 50 }, () => 1) };
  const found = parseResult(JSON.stringify(many), 'a.json');
  expect(found.kind === 'wrong' && found.problems).toHaveLength(21);
  expect(found.kind === 'wrong' && found.problems.at(-1)?.message).toBe('30 more values are wrong');
});
