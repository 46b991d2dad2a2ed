import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderProbe, summarizeProbe } from '../../src/report/probe-terminal.ts';
import { probeDocument } from './probe-documents.ts';

const plain = { width: 80, color: false };
const many = (count: number) => Array.from({ length: count }, (_none, index) => `m1/web${index + 1}`);

/** Some pairs for all, of which one was not as the others. */
function byClasses() {
  const document = probeDocument({
    containers: many(8),
    seen: (from, to) => (from === 'm1/web3' && to === 'm1/web2' ? 'timeout' : 'reached'),
  });
  const matrices = document.matrices.map((matrix) => {
    return { ...matrix, cells: matrix.cells.filter((_cell, at) => at % 5 !== 3) };
  });
  const uneven = {
    from: 'm1/web1',
    to: 'm1/web2',
    by: 'ip',
    protocol: 'icmp',
    outcomes: ['reached', 'timeout'],
  } as const;
  const counts = { asked: 51, of: 64, drawn: 49, wouldShow: 0.06 };
  const coverage = { kind: 'classes' as const, classes: [many(8)], ...counts, uneven: [uneven] };
  return { ...document, matrices, coverage };
}

const documents = [
  [
    'names',
    probeDocument({ seen: (_from, _to, by) => (by === 'name' ? 'no-name' : 'reached'), others: ['lan', 'world'] }),
  ],
  [
    'odd',
    probeDocument({
      containers: ['m1/web', 'm1/db', 'm1/host'],
      seen: (from, to, by, protocol) => {
        if (from === 'm1/host' && by === 'name') return 'not-measured';
        if (from === 'm1/web' && to === 'm1/host') return 'wrong-responder';
        return from === 'm1/db' && to === 'm1/web' && protocol === 'udp' ? 'timeout' : 'reached';
      },
    }),
  ],
  ['split', probeDocument({ containers: many(14), seen: (from, to) => (from === to ? 'reached' : 'timeout') })],
  [
    'many',
    probeDocument({
      containers: many(40),
      seen: (from, to) => (from !== 'm1/web7' && to === 'm1/web7' ? 'timeout' : from === to ? 'refused' : 'reached'),
    }),
  ],
  ['classes', byClasses()],
  ['none', probeDocument({ containers: [], lab: 'seat-07' })],
] as const;

describe('golden', () => {
  it.each(documents)('%s', async (name, document) => {
    await expect(renderProbe(document, plain)).toMatchFileSnapshot(`golden/probe-${name}.txt`);
  });
});

it.each(documents)('fits 80 columns of ASCII, and colour changes nothing but colour: %s', (_name, document) => {
  for (const line of renderProbe(document, plain).split('\n')) {
    expect(line).toMatch(/^[ -~]*$/);
    expect(line).not.toMatch(/ $/);
    // A command line is for copying: it stays in one piece.
    if (!line.startsWith('  swarmlab exec')) expect(line.length, line).toBeLessThanOrEqual(80);
  }
  const colored = renderProbe(document, { ...plain, color: true });
  expect(stripVTControlCharacters(colored).replaceAll(/ +$/gm, '')).toBe(renderProbe(document, plain));
});

it('says in the first line who reaches whom, and what was not measured', () => {
  const seen = (from: string) => (from === 'm1/web' ? 'not-measured' : from === 'm1/db' ? 'timeout' : 'reached');
  expect(summarizeProbe(probeDocument({ seen }))).toBe(
    '3 containers on 2 nodes: 3 of 9 reached by name (3 not measured), 3 of 9 reached by IP (3 not measured).',
  );
});

it('splits a table that is too wide, and every table has all rows', () => {
  const text = renderProbe(probeDocument({ containers: many(14) }), plain);
  const byName = text.slice(text.indexOf('By name'), text.indexOf('By IP'));
  expect(byName.match(/^ +web14 /gm)).toHaveLength(2);
});

it('names the image that the lab has, where nothing runs', () => {
  const text = renderProbe(probeDocument({ containers: [], image: 'alpine:3.20' }), plain);
  expect(text).toContain('docker run -d --name web alpine:3.20 sleep 1d');
  expect(text).not.toContain('built-in');
});
