import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Outcome } from '../../src/probe/types.ts';
import { experiment, probeStep, runDocument } from '../report/run-documents.ts';
import { scopeDocument } from '../report/scope-documents.ts';
import { run } from './fake-io.ts';

let cwd = '';

beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'diff-'));
  const files = {
    'a.json': scopeDocument({ ids: ['host'] }),
    'b.json': scopeDocument({ ids: ['host'], skipped: { host: 'esp4' } }),
    'run.json': runDocument([]),
    'foretold.json': foretold('no-name'),
    'foretold-otherwise.json': foretold('reached'),
    'measured.json': measured('no-name'),
    'unmeasured.json': measured('not-measured'),
    'old.json': { schema: 'swarmlab/scope@0' },
  };
  for (const [name, document] of Object.entries(files)) await writeFile(path.join(cwd, name), JSON.stringify(document));
});

const question = { from: 'a', to: 'b', by: 'name', protocol: 'icmp', port: null } as const;

function measured(outcome: Outcome) {
  const asked = probeStep('Ask', 'name', '  b\na no-name', { 'a -> b': { outcome } });
  return runDocument([experiment('one', [{ ...asked, probes: asked.probes.slice(0, 1) }])]);
}

function foretold(expected: 'no-name' | 'reached') {
  const rule = { id: 'a.rule', sentence: 'It is so', reference: 'there' };
  const probes = [{ ...question, expected, rule, stated: 'no-name', agrees: expected === 'no-name' }];
  const step = { title: 'Ask', because: null, see: null, kind: 'probe', line: 1, probes };
  const { engines } = runDocument([]);
  return {
    ...{ schema: 'swarmlab/predict@1', lab: 'default', provider: 'netns', engines, asked: true, durationMs: 1 },
    experiments: [{ id: 'one', title: 'One', skipped: null, steps: [step] }],
    totals: { experiments: 1, probes: 1, agree: 1, disagree: 0, undecided: 0, skipped: 0 },
  };
}

afterAll(() => rm(cwd, { recursive: true }));

it.each([
  ['a.json a.json', 0],
  ['a.json b.json', 1],
  ['a.json run.json', 2],
  ['a.json', 2],
  ['foretold.json measured.json', 0],
  ['measured.json foretold.json', 0],
  ['foretold-otherwise.json measured.json', 1],
  ['foretold.json unmeasured.json', 3],
  ['foretold.json foretold-otherwise.json', 1],
  ['foretold.json a.json', 2],
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
