import { describe, expect, it } from 'vitest';
import type { ExpectedOutcome, StepDefinition } from '../../src/experiment/language/definition.ts';
import type { CellSeen, ProbeSeen, StepSeen } from '../../src/experiment/run/seen.ts';
import type { Outcome } from '../../src/probe/types.ts';
import { judgeCellSeen, judgeOutcome, judgeStep } from '../../src/verdict/experiment.ts';
import type { ProbeResult } from '../../src/verdict/run-types.ts';
import type { Verdict } from '../../src/verdict/types.ts';

describe('judgeOutcome', () => {
  it.each<[ExpectedOutcome, Outcome, Verdict]>([
    ['reached', 'reached', 'as-expected'],
    ['reached', 'wrong-responder', 'differs'],
    ['not-reached', 'timeout', 'as-expected'],
    ['not-reached', 'unreachable', 'as-expected'],
    ['not-reached', 'refused', 'differs'],
    ['not-reached', 'one-way', 'differs'],
    ['not-reached', 'not-measured', 'not-measured'],
    ['timeout', 'unreachable', 'differs'],
    ['no-name', 'name-timeout', 'differs'],
    ['no-resolver', 'name-timeout', 'as-expected'],
    ['wrong-responder', 'wrong-responder', 'as-expected'],
    ['any', 'timeout', 'as-expected'],
    ['any', 'not-measured', 'not-measured'],
  ])('%s, and %s was seen: %s', (expected, outcome, verdict) => {
    expect(judgeOutcome(expected, outcome)).toBe(verdict);
  });
});

const probe = (protocol: ProbeSeen['protocol'], outcome: Outcome): ProbeSeen => ({
  protocol,
  port: null,
  target: 'b',
  reproduce: null,
  outcome,
  detail: `${protocol} ${outcome}`,
  address: null,
  responder: null,
  rttMs: null,
  attempts: [],
});
const cell = (expected: ExpectedOutcome, ...probes: ProbeSeen[]): CellSeen => ({
  cell: { from: 'a', to: 'b', expected, because: null, see: null, line: 7 },
  probes,
});

describe('judgeCellSeen', () => {
  it('is reached only when every protocol was, and names the one that was not', () => {
    const all: ProbeResult[] = [];
    const judged = judgeCellSeen(cell('reached', probe('icmp', 'reached'), probe('tcp', 'timeout')), 'name', all);
    expect(judged).toMatchObject({
      outcome: 'timeout',
      verdict: 'differs',
      detail: 'tcp timeout',
      line: 7,
      probes: [0, 1],
    });
    expect(all.map(({ verdict }) => verdict)).toEqual(['as-expected', 'differs']);
  });

  it('is not measured when one protocol was not, and none differs', () => {
    const judged = judgeCellSeen(cell('not-reached', probe('icmp', 'timeout'), probe('udp', 'not-measured')), 'ip', []);
    expect(judged).toMatchObject({ outcome: 'not-measured', verdict: 'not-measured' });
  });
});

describe('a cause that was found for a pair', () => {
  const cause = { id: 'segment.partitioned', sentence: 'a and b hear nothing of each other', node: 'b' };
  const causesOf = (expected: ExpectedOutcome, ...probes: ProbeSeen[]) => {
    const all: ProbeResult[] = [];
    judgeCellSeen(cell(expected, ...probes), 'ip', all, new Map(), new Map([['a>b', cause]]));
    return all.map((one) => one.cause);
  };

  it('is that of probes that did not arrive, or should not have; never of one that was not made', () => {
    const each = [probe('icmp', 'reached'), probe('tcp', 'timeout'), probe('udp', 'not-measured')];
    expect(causesOf('reached', ...each)).toEqual([null, cause, null]);
    expect(causesOf('not-reached', ...each)).toEqual([cause, cause, null]);
  });
});

describe('judgeStep', () => {
  const step = {
    title: 't',
    because: null,
    see: null,
    when: null,
    line: 1,
    action: { kind: 'start', container: 'a' },
  } satisfies StepDefinition;
  const seen = (state: StepSeen['state']): StepSeen => ({
    step,
    state,
    detail: '',
    commands: [],
    probe: null,
    cells: [],
    checks: [],
    durationMs: 1,
  });

  it.each<[StepSeen['state'], Verdict]>([
    ['done', 'as-expected'],
    ['unlike', 'differs'],
    ['failed', 'not-measured'],
    ['not-reached', 'not-measured'],
  ])('%s is %s', (state, verdict) => {
    expect(judgeStep(seen(state)).verdict).toBe(verdict);
  });

  it('has the worst of its cells and checks', () => {
    const check = {
      check: { kind: 'running', container: 'a', equals: true, exitCode: null },
      subject: 'a',
      expected: '',
      seen: '',
      detail: '',
      reproduce: null,
    } as const;
    expect(
      judgeStep({
        ...seen('done'),
        checks: [
          { ...check, holds: true },
          { ...check, holds: null },
        ],
      }).verdict,
    ).toBe('not-measured');
    expect(
      judgeStep({
        ...seen('done'),
        checks: [
          { ...check, holds: false },
          { ...check, holds: null },
        ],
      }).verdict,
    ).toBe('differs');
  });
});
