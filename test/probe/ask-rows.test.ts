import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAskRows, notAsked } from '../../src/probe/ask-rows.ts';
import type { Ask } from '../../src/probe/protocol.ts';

const aAsk = fc.oneof(
  fc.tuple(fc.constant('ip'), fc.constantFrom('10.0.0.2', '10.0.0.3', 'x')),
  fc.tuple(fc.constant('name'), fc.constantFrom('a', 'b', 'x')),
) as fc.Arbitrary<['ip' | 'name', string]>;
const aWay = fc.constantFrom<[Ask[2], Ask[3], Ask[4]]>(
  ['icmp', null, 'echo'],
  ['tcp', 80, 'echo'],
  ['tcp', 80, 'held'],
  ['udp', 81, 'echo'],
);
const aProbe = fc.record({ place: fc.constantFrom('p', 'q', 'r'), ask: aAsk, way: aWay, left: fc.boolean() });

it('asks each place what was added, under the number that is given for it', () => {
  fc.assert(
    fc.property(fc.array(aProbe, { maxLength: 60 }), (probes) => {
      const gathered = createAskRows(probes.length);
      const machineOf = (place: string) => (place === 'p' ? 'm1' : 'm2');
      for (const [at, { place, ask, way, left }] of probes.entries())
        if (!left) gathered.add(at, machineOf(place), place, ...ask, ...way);
      const { asks, rows, numbers } = gathered.plan();
      const byNumber = new Map<number, unknown>();
      for (const [machine, own] of rows)
        for (const [place, first, runs] of own) {
          const asked = runs.flatMap((start, at) =>
            at % 2 === 0 ? asks.slice(start, start + (runs[at + 1] ?? 0)) : [],
          );
          const kinds = new Set(
            asked.map(([by, , protocol, , mode]) => (protocol === 'icmp' ? `${by} ${mode}` : 'other')),
          );
          expect(kinds.size).toBe(1);
          for (const [at, ask] of asked.entries()) {
            expect(byNumber.has(first + at)).toBe(false);
            byNumber.set(first + at, [machine, place, ask]);
          }
        }
      const expected = probes.map(({ place, ask, way, left }) =>
        left ? undefined : [machineOf(place), place, [...ask, ...way]],
      );
      expect([...numbers].map((number) => byNumber.get(number))).toEqual(expected);
      expect([...numbers].filter((number) => number === notAsked)).toHaveLength(
        probes.filter(({ left }) => left).length,
      );
    }),
  );
});

it('makes of every pair one list of asks, and of each place one run of it', () => {
  const [count, gathered] = [200, createAskRows(200 * 200)];
  for (let from = 0; from < count; from += 1)
    for (let to = 0; to < count; to += 1)
      gathered.add(from * count + to, 'm', `p${from}`, 'name', `c${to}`, 'icmp', null, 'echo');
  const { asks, rows } = gathered.plan();
  expect(asks).toHaveLength(count);
  expect(rows.get('m')).toEqual(Array.from({ length: count }, (_, at) => [`p${at}`, at * count, [0, count]]));
});

it('divides what is too long for one row', () => {
  const gathered = createAskRows(20_000);
  for (let at = 0; at < 20_000; at += 1) gathered.add(at, 'm', 'p', 'name', `c${at}`, 'icmp', null, 'echo');
  expect(gathered.plan().rows.get('m')).toEqual([
    ['p', 0, [0, 16_384]],
    ['p', 16_384, [16_384, 3616]],
  ]);
});
