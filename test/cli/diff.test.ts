import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runDocument } from '../report/run-documents.ts';
import { scopeDocument } from '../report/scope-documents.ts';
import { run } from './fake-io.ts';

let cwd = '';

beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'diff-'));
  const files = {
    'a.json': scopeDocument({ ids: ['host'] }),
    'b.json': scopeDocument({ ids: ['host'], skipped: { host: 'esp4' } }),
    'run.json': runDocument([]),
    'old.json': { schema: 'swarmlab/scope@0' },
  };
  for (const [name, document] of Object.entries(files)) await writeFile(path.join(cwd, name), JSON.stringify(document));
});

afterAll(() => rm(cwd, { recursive: true }));

it.each([
  ['a.json a.json', 0],
  ['a.json b.json', 1],
  ['a.json run.json', 2],
  ['a.json', 2],
])('diff %s has exit status %i', async (words, status) => {
  expect((await run(['diff', ...words.split(' ')], { cwd })).status).toBe(status);
});

it('prints the comparison as a document', async () => {
  const { stdout } = await run(['diff', 'a.json', 'b.json', '--json'], { cwd });
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 'swarmlab/diff@1',
    kind: 'scope',
    a: { file: 'a.json' },
    differences: [{ kind: 'missing', names: ['host'], in: 'a' }],
    totals: { differences: 0, missing: 1 },
  });
});

it('says what is wrong with both files at once', async () => {
  const { stdout, status } = await run(['diff', 'old.json', 'nowhere.json', '--json'], { cwd });
  expect(status).toBe(2);
  expect(JSON.parse(stdout).error).toMatchObject({
    code: 'result.invalid',
    problems: [{ code: 'result.other-version' }, { code: 'result.file-missing' }],
  });
});
