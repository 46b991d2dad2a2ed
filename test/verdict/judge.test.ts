import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Expected, fulfilledBy } from '../../src/model/expectation.ts';
import type { Outcome } from '../../src/probe/types.ts';
import { judge, judgeCell, worstVerdict } from '../../src/verdict/judge.ts';

const outcomes: readonly Outcome[] = [
  'reached',
  'wrong-responder',
  'one-way',
  'no-name',
  'name-timeout',
  'servfail',
  'refused',
  'timeout',
  'unreachable',
  'not-measured',
];
const expectations = Object.keys(fulfilledBy) as Expected[];
const rule = { id: 'some.rule', sentence: 'so it is', reference: 'here' };
const target = { from: 'm1/a', to: 'm1/b', aim: '10.0.0.2' };

describe('judge', () => {
  it.each<[Expected, Outcome[]]>([
    ['reached', ['reached']],
    ['not-reached', ['timeout', 'unreachable']],
    ['no-name', ['no-name']],
    ['no-resolver', ['no-name', 'name-timeout', 'servfail', 'unreachable']],
  ])('%s is fulfilled by %j and by nothing else', (expected, fulfilling) => {
    expect(outcomes.filter((outcome) => judge(expected, outcome) === 'as-expected').toSorted()).toEqual(
      fulfilling.toSorted(),
    );
  });

  it.each(expectations)('never takes a probe that could not be made for %s', (expected) => {
    expect(judge(expected, 'not-measured')).toBe('not-measured');
  });
});

function seen(outcome: Outcome) {
  return { outcome, detail: '', address: null, responder: null, rttMs: null, attempts: [] };
}

function cellOf(expected: Expected, icmp: Outcome, tcp: Outcome, udp: Outcome) {
  return judgeCell({ icmp: seen(icmp), tcp: seen(tcp), udp: seen(udp) }, { expected, rule }, target);
}

describe('judgeCell', () => {
  it.each<[Expected, Outcome, Outcome, Outcome, Outcome, string]>([
    ['reached', 'reached', 'reached', 'reached', 'reached', 'as-expected'],
    ['reached', 'reached', 'timeout', 'reached', 'timeout', 'differs'],
    ['reached', 'reached', 'not-measured', 'reached', 'not-measured', 'not-measured'],
    ['reached', 'timeout', 'not-measured', 'reached', 'timeout', 'differs'],
    ['reached', 'wrong-responder', 'timeout', 'timeout', 'wrong-responder', 'differs'],
    ['not-reached', 'unreachable', 'timeout', 'timeout', 'unreachable', 'as-expected'],
    ['not-reached', 'reached', 'timeout', 'timeout', 'timeout', 'differs'],
    ['not-reached', 'reached', 'reached', 'reached', 'reached', 'differs'],
    ['not-reached', 'timeout', 'one-way', 'timeout', 'one-way', 'differs'],
    ['not-reached', 'timeout', 'refused', 'timeout', 'refused', 'differs'],
    ['no-name', 'no-name', 'no-name', 'no-name', 'no-name', 'as-expected'],
    ['no-name', 'no-name', 'name-timeout', 'no-name', 'name-timeout', 'differs'],
  ])('expected %s, seen %s %s %s: %s, %s', (expected, icmp, tcp, udp, outcome, verdict) => {
    expect(cellOf(expected, icmp, tcp, udp)).toMatchObject({ outcome, verdict });
  });

  it('says reached exactly where every protocol was', () => {
    const any = fc.constantFrom(...outcomes);
    fc.assert(
      fc.property(fc.constantFrom(...expectations), any, any, any, (expected, icmp, tcp, udp) => {
        const cell = cellOf(expected, icmp, tcp, udp);
        const all = [icmp, tcp, udp];
        expect(cell.outcome === 'reached').toBe(all.every((outcome) => outcome === 'reached'));
        expect(all).toContain(cell.outcome);
        expect(cell.verdict).toBe(worstVerdict(all.map((outcome) => judge(expected, outcome))));
      }),
    );
  });
});
