import { expect, it } from 'vitest';
import type { FaultStatus, FaultsDocument } from '../../src/report/documents.ts';
import { faultLines, renderAddedFault, renderClearedFaults, renderFaults } from '../../src/report/faults.ts';
import { resultDocumentSchema } from '../../src/report/result-schema.ts';

const since = '2026-11-21T13:34:37.123Z';
const first: FaultStatus = {
  ...{ id: 'f1', kind: 'block', nodes: ['w1'], since, inForce: true },
  sentence: 'w1 drops 4789/udp, both ways',
  arguments: { node: 'w1', protocol: 'udp', port: 4789, from: [], direction: 'both' },
};
const second: FaultStatus = {
  ...{ id: 'f2', kind: 'filter-macs', nodes: [], since, inForce: false },
  sentence: "the segment passes only the machines' own MACs",
  arguments: { nodes: [] },
};
const document: FaultsDocument = {
  schema: 'swarmlab/faults@1',
  lab: 'seat-07',
  faults: [first, second],
  changed: ['f2'],
  durationMs: 10,
};

it('says first what is broken, and how to mend it', () => {
  expect(renderAddedFault(document)).toBe(
    [
      "f2: the segment passes only the machines' own MACs. In force.",
      '1 other fault in force besides: swarmlab fault list.',
      'To mend it: swarmlab fault clear f2 --lab seat-07',
      '',
    ].join('\n'),
  );
});

it('lists them with what the machines say, in 80 columns', () => {
  const text = renderFaults({ ...document, faults: [first, { ...second, inForce: null }] });
  expect(text).toContain('f1     block        yes       2026-11-21T13:34:37Z');
  expect(text).toContain('f2     filter-macs  unknown   2026-11-21T13:34:37Z');
  expect(renderFaults({ ...document, faults: [second] })).toContain('f2     filter-macs  no ');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(renderFaults({ ...document, faults: [] })).toBe('Nothing is broken on purpose in lab seat-07.\n');
});

it('says what was mended and what was not', () => {
  expect(renderClearedFaults({ ...document, faults: [first] })).toBe('f2 is mended; f1 left in force.\n');
  expect(renderClearedFaults({ ...document, faults: [], changed: ['f1', 'f2'] })).toBe(
    'f1 and f2 are mended; nothing is left.\n',
  );
  expect(renderClearedFaults({ ...document, changed: [] })).toBe('Nothing was broken on purpose in lab seat-07.\n');
});

it('has a line for what was measured meanwhile, and none where nothing was broken', () => {
  expect(faultLines([first])).toEqual(['Broken on purpose: f1, w1 drops 4789/udp, both ways.']);
  expect([faultLines([]), faultLines(undefined)]).toEqual([[], []]);
});

it('is as its schema says', () => {
  expect(resultDocumentSchema.parse(document)).toEqual(document);
});
