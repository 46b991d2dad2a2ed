import { describe, expect, it } from 'vitest';
import { diffDocumentSchema } from '../../src/report/diff-schema.ts';
import { renderDiff } from '../../src/report/diff-terminal.ts';
import { compareResults, type ResultDocument, verbOfResult } from '../../src/verdict/diff.ts';
import type { DiffDocument } from '../../src/verdict/diff-types.ts';
import { probeDocument } from './probe-documents.ts';
import { check, checkStep, experiment, probeStep, runDocument } from './run-documents.ts';
import { scopeDocument } from './scope-documents.ts';

function diff(a: ResultDocument, b: ResultDocument): DiffDocument {
  const found = compareResults(a, b);
  if (found === null) throw new Error('two kinds');
  const side = (file: string, document: ResultDocument) => ({
    ...{ file, verb: verbOfResult(document), lab: document.lab, provider: document.provider },
    engines: document.engines.map(({ node, role, engine, kernel, forwardPolicy }) => ({
      node,
      role,
      engine,
      kernel,
      forwardPolicy,
    })),
  });
  return { schema: 'swarmlab/diff@1', a: side('a.json', a), b: side('b.json', b), ...found, durationMs: 3 };
}

const show = (document: DiffDocument) => renderDiff(document, { width: 80, color: false });

const scope = diff(
  scopeDocument({ ids: ['macvlan', 'overlay', 'host'] }),
  scopeDocument({
    ids: ['macvlan', 'overlay', 'host'],
    skipped: { host: 'esp4' },
    twist: ({ driver, ring, direction }) =>
      driver === 'overlay' && ring === 'peer' && direction === 'out' ? { outcome: 'timeout', detail: '' } : null,
  }),
);
const run = diff(
  runDocument([
    experiment('x', [checkStep('Look', [check()]), probeStep('Ask', 'ip', '  a b c\na yes yes yes')]),
    experiment('\u001b[2Jy', []),
  ]),
  runDocument([
    experiment('x', [
      checkStep('Look', [check({ seen: 'alpine3, alpine4, another', verdict: 'differs' })]),
      probeStep('Ask', 'ip', '  a b c\na yes yes yes', {
        'a -> b': { outcome: 'timeout' },
        'a -> c': { outcome: 'unreachable' },
        'a -> a': { udp: { outcome: 'refused' } },
      }),
    ]),
  ]),
);
const probe = diff(probeDocument(), probeDocument({ containers: ['m1/web', 'm1/db'] }));

describe('the terminal', () => {
  it('answers in the first line', () => {
    const same = scopeDocument();
    expect(show(diff(same, same))).toMatch(/^No difference in \d+ probes of 10 drivers\.\n/);
    expect(show(scope)).toMatch(/^3 differences, in overlay; only A has 1 driver\.\n/);
    expect(show(probe)).toMatch(/^No difference in 24 probes of 2 containers; only A has 1 end\.\n/);
    expect(show(diff(runDocument([]), runDocument([])))).toMatch(/^Nothing could be compared\.\n/);
  });

  it('writes figures of four digits with a comma', () => {
    const totals = { ...scope.totals, probes: 1032, differences: 0 };
    expect(show({ ...scope, differences: [], totals })).toMatch(/^No difference in 1,032 probes/);
  });

  it('puts cells that differ alike into one row', () => {
    expect(show(scope)).toContain(
      [
        'overlay                                          A            B',
        '  to container on the other node by name and IP  reached      not reached',
        '  verdict                                        as expected  DIFFERS',
      ].join('\n'),
    );
    expect(show(scope)).toMatch(/^Only A: host\. In B: skipped: /m);
    expect(show(run)).toContain('    a -> b and c by IP       reached      not reached\n');
    expect(show(run)).toContain('    a -> a by IP, udp        reached      refused\n');
  });

  it('gives long words a line of their own', () => {
    expect(show(run)).toContain('      A: alpine3, alpine4\n      B: alpine3, alpine4, another !\n');
    expect(show(run)).toContain('! = not as expected');
  });

  it.each([
    ['scope', scope],
    ['run', run],
    ['probe', probe],
  ])('keeps to 80 columns of ASCII, and steers no terminal: %s', (_name, document) => {
    const lines = show(document).split('\n');
    expect(lines.filter((line) => line.length > 80 || /[^\x20-\x7e]/.test(line))).toEqual([]);
  });

  it('is told where the two are from', () => {
    expect(show(scope)).toContain('\nA  a.json: netns, Docker 20.10.24, kernel 6.1.0, FORWARD DROP\nB  b.json: ');
  });
});

it.each([
  ['scope', scope],
  ['run', run],
  ['probe', probe],
])('the schema takes a document whole: %s', (_name, document) => {
  expect(diffDocumentSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
});
