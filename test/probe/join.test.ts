import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evidence, joinAttempt, joinResult, notMeasured } from '../../src/probe/join.ts';
import { joinPort } from '../../src/probe/join-port.ts';
import type { Seen, SenderAttempt, SenderOutcome, WireProtocol } from '../../src/probe/protocol.ts';

const placesByTag: Readonly<Record<string, readonly string[]>> = {
  to: ['m2/c'],
  other: ['m1/x', 'm1/y'],
  from: ['m1/a'],
};

function attempt(outcome: SenderOutcome, more: Partial<SenderAttempt> = {}): SenderAttempt {
  return {
    n: 1,
    outcome,
    detail: 'as sent',
    rttMs: 0.5,
    local: '10.0.0.1:20000',
    answererTag: null,
    address: '10.0.0.9',
    ...more,
  };
}

function seenAt(tag: string, via: Seen['via'], lagMs = 0, n = 1): Seen {
  return { probeId: 7, attempt: n, via, tag, source: '10.0.0.1', lagMs };
}

interface Given {
  protocol?: WireProtocol;
  seen?: readonly Seen[];
  syn?: boolean | null;
  nat?: string;
  target?: Partial<Evidence['target']>;
}

function evidence(given: Given = {}): Evidence {
  return {
    protocol: given.protocol ?? 'icmp',
    target: { tag: 'to', missing: null, overflowed: false, controlFailure: null, worstLagMs: 0, ...given.target },
    timeoutMs: 1000,
    seenIn: (n) => (given.seen ?? []).filter((one) => one.attempt === n),
    synArrived: () => (given.syn === undefined ? false : given.syn),
    synThroughNat: () => given.nat ?? null,
    placesOf: (tag) => placesByTag[tag] ?? [],
  };
}

describe('one try, both ends together', () => {
  it.each<[string, SenderAttempt, Given, string, string | null]>([
    ['echo reply, target saw it', attempt('answered'), { seen: [seenAt('to', 'icmp')] }, 'reached', null],
    ['echo reply, another saw it', attempt('answered'), { seen: [seenAt('other', 'icmp')] }, 'wrong-responder', 'm1/x'],
    [
      'echo reply of the sender itself',
      attempt('answered'),
      { seen: [seenAt('from', 'icmp')] },
      'wrong-responder',
      'm1/a',
    ],
    [
      'echo reply, both saw it',
      attempt('answered'),
      { seen: [seenAt('to', 'icmp'), seenAt('other', 'icmp')] },
      'wrong-responder',
      'm1/x',
    ],
    ['echo reply, nobody saw it', attempt('answered'), {}, 'wrong-responder', null],
    [
      'echo reply, a later try was seen',
      attempt('answered'),
      { seen: [seenAt('to', 'icmp', 0, 2)] },
      'wrong-responder',
      null,
    ],
    ['echo reply, target overflowed', attempt('answered'), { target: { overflowed: true } }, 'not-measured', null],
    ['echo reply, target lost', attempt('answered'), { target: { missing: 'it died' } }, 'not-measured', null],
    ['answer of the target', attempt('answered', { answererTag: 'to' }), { protocol: 'udp' }, 'reached', null],
    [
      'answer of another',
      attempt('answered', { answererTag: 'other' }),
      { protocol: 'tcp' },
      'wrong-responder',
      'm1/x',
    ],
    ['answer of a stranger', attempt('answered', { answererTag: '99' }), { protocol: 'tcp' }, 'wrong-responder', null],
    [
      'another program there',
      attempt('foreign'),
      { protocol: 'tcp', seen: [seenAt('to', 'raw-tcp')] },
      'reached',
      null,
    ],
    ['another program elsewhere', attempt('foreign'), { protocol: 'tcp' }, 'wrong-responder', null],
    [
      'connected, listener saw it, no answer',
      attempt('silent'),
      { protocol: 'tcp', seen: [seenAt('to', 'tcp')] },
      'one-way',
      null,
    ],
    [
      'connected, listener saw it late',
      attempt('silent'),
      { protocol: 'tcp', seen: [seenAt('to', 'tcp', 900)] },
      'not-measured',
      null,
    ],
    ['connected, listener never read', attempt('silent'), { protocol: 'tcp', syn: true }, 'not-measured', null],
    ['connected to whom?', attempt('silent'), { protocol: 'tcp' }, 'wrong-responder', null],
    [
      'connected, target starved',
      attempt('silent'),
      { protocol: 'tcp', target: { worstLagMs: 800 } },
      'not-measured',
      null,
    ],
    ['silence', attempt('timeout'), {}, 'timeout', null],
    ['silence, target saw it', attempt('timeout'), { seen: [seenAt('to', 'icmp')] }, 'one-way', null],
    [
      "silence, echo request seen late is still the kernel's",
      attempt('timeout'),
      { seen: [seenAt('to', 'icmp', 900)] },
      'one-way',
      null,
    ],
    [
      'silence, UDP listener starved',
      attempt('timeout'),
      { protocol: 'udp', seen: [seenAt('to', 'udp', 900)] },
      'not-measured',
      null,
    ],
    ['silence, request to connect seen', attempt('timeout'), { protocol: 'tcp', syn: true }, 'one-way', null],
    ['silence, whose request?', attempt('timeout'), { protocol: 'tcp', syn: null }, 'not-measured', null],
    [
      'silence, request seen at a full queue',
      attempt('timeout'),
      { protocol: 'tcp', syn: true, target: { overflowed: true } },
      'not-measured',
      null,
    ],
    [
      'silence, target saw it and had no room to answer',
      attempt('timeout'),
      { protocol: 'udp', seen: [seenAt('to', 'udp')], target: { overflowed: true } },
      'not-measured',
      null,
    ],
    ['connected, whose request?', attempt('accepted'), { protocol: 'tcp', syn: null }, 'not-measured', null],
    [
      'refused by a full queue',
      attempt('refused'),
      { protocol: 'tcp', syn: true, target: { overflowed: true } },
      'not-measured',
      null,
    ],
    [
      'refused before the target',
      attempt('refused'),
      { protocol: 'tcp', target: { overflowed: true } },
      'refused',
      null,
    ],
    ['silence, a SYN is no evidence for UDP', attempt('timeout'), { protocol: 'udp', syn: true }, 'timeout', null],
    ['silence, another saw it', attempt('timeout'), { seen: [seenAt('other', 'icmp')] }, 'timeout', null],
    ['silence, target lost', attempt('timeout'), { target: { missing: 'it died' } }, 'not-measured', null],
    ['silence, target overflowed', attempt('timeout'), { target: { overflowed: true } }, 'not-measured', null],
    ['silence, target deaf to itself', attempt('timeout'), { target: { controlFailure: 'x' } }, 'not-measured', null],
    ['refused', attempt('refused'), { protocol: 'tcp' }, 'refused', null],
    [
      'refused, target lost',
      attempt('refused'),
      { protocol: 'tcp', target: { missing: 'it died' } },
      'not-measured',
      null,
    ],
    ['unreachable', attempt('unreachable'), { target: { missing: 'it died' } }, 'unreachable', null],
    ['no name', attempt('no-name'), {}, 'no-name', null],
    ['no answer of the resolver', attempt('name-timeout'), {}, 'name-timeout', null],
    ['the resolver failed', attempt('servfail'), {}, 'servfail', null],
    ['starved', attempt('not-measured'), {}, 'not-measured', null],
  ])('%s', (_title, sent, given, outcome, responder) => {
    expect(joinAttempt(sent, evidence(given))).toMatchObject({ outcome, responder });
  });

  it('says reached only with evidence of the target, and wrong-responder only after an answer', () => {
    const outcomes: SenderOutcome[] = [
      ...(['answered', 'foreign', 'accepted', 'silent', 'timeout', 'refused', 'unreachable'] as const),
      ...(['no-name', 'name-timeout', 'servfail', 'not-measured'] as const),
    ];
    const tags = fc.constantFrom('to', 'other', 'from');
    const seen = fc.array(
      fc.record({
        probeId: fc.constant(7),
        attempt: fc.constantFrom(1, 2),
        via: fc.constantFrom<Seen['via'][]>('icmp', 'tcp', 'udp', 'raw-tcp'),
        tag: tags,
        source: fc.constant('10.0.0.1'),
        lagMs: fc.constantFrom(0, 900),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...outcomes),
        fc.option(tags, { nil: null }),
        seen,
        fc.constantFrom<Exclude<WireProtocol, 'esp'>[]>('icmp', 'tcp', 'udp'),
        fc.boolean(),
        (outcome, tag, all, protocol, syn) => {
          const answererTag = outcome === 'answered' && protocol !== 'icmp' ? (tag ?? 'other') : null;
          const joined = joinAttempt(attempt(outcome, { answererTag }), evidence({ protocol, seen: all, syn }));
          const targetSaw = all.some((one) => one.tag === 'to' && one.attempt === 1);
          if (joined.outcome === 'reached') expect(answererTag === 'to' || targetSaw).toBe(true);
          if (answererTag !== null && answererTag !== 'to') expect(joined.outcome).toBe('wrong-responder');
          if (joined.outcome === 'wrong-responder') {
            expect(['answered', 'foreign', 'accepted', 'silent']).toContain(outcome);
            expect(joined.responder).not.toBe('m2/c');
          }
          if (outcome === 'not-measured') expect(joined.outcome).toBe('not-measured');
        },
      ),
    );
  });
});

describe('all tries of a probe', () => {
  const result = (...attempts: SenderAttempt[]) => ({ probeId: 7, addresses: ['10.0.0.9'], attempts });

  it('takes the last try and keeps them all', () => {
    const sent = result(attempt('timeout'), attempt('answered', { n: 2 }));
    const seen = joinResult(sent, evidence({ seen: [seenAt('to', 'icmp', 0, 2)] }), null);
    expect(seen).toMatchObject({ outcome: 'reached', rttMs: 0.5, address: '10.0.0.9' });
    expect(seen.attempts.map(({ outcome }) => outcome)).toEqual(['timeout', 'reached']);
  });

  it('remembers that a packet arrived once', () => {
    const sent = result(attempt('timeout'), attempt('timeout', { n: 2 }));
    expect(joinResult(sent, evidence({ seen: [seenAt('to', 'icmp', 0, 1)] }), null).outcome).toBe('one-way');
  });

  it.each<[SenderOutcome, string]>([
    ['timeout', 'not-measured'],
    ['refused', 'not-measured'],
    ['unreachable', 'not-measured'],
    ['no-name', 'no-name'],
    ['answered', 'reached'],
  ])('a sender whose control failed may say %s: %s', (sent, outcome) => {
    const seen = joinResult(
      result(attempt(sent)),
      evidence({ seen: sent === 'answered' ? [seenAt('to', 'icmp')] : [] }),
      'x',
    );
    expect(seen.outcome).toBe(outcome);
  });

  it('names all addresses of a name', () => {
    const sent = { ...result(attempt('timeout')), addresses: ['10.0.0.9', '10.0.0.10'] };
    expect(joinResult(sent, evidence(), null).detail).toContain('10.0.0.9, 10.0.0.10');
  });

  it('is not measured without a try', () => {
    expect(joinResult(result(), evidence(), null)).toEqual(notMeasured(7, 'the agent made no attempt'));
  });
});

describe('a port between machines', () => {
  const result = (...attempts: SenderAttempt[]) => ({ probeId: 7, addresses: [], attempts });

  it.each<[string, SenderAttempt, Given, 'held' | 'echo', string]>([
    ['UDP arrived', attempt('sent'), { protocol: 'udp', seen: [seenAt('to', 'raw-udp')] }, 'held', 'reached'],
    ['UDP did not arrive', attempt('sent'), { protocol: 'udp' }, 'held', 'timeout'],
    [
      'UDP arrived elsewhere',
      attempt('sent'),
      { protocol: 'udp', seen: [seenAt('other', 'raw-udp')] },
      'held',
      'timeout',
    ],
    ['UDP, target lost', attempt('sent'), { protocol: 'udp', target: { missing: 'x' } }, 'held', 'not-measured'],
    ['TCP connected and seen', attempt('accepted'), { protocol: 'tcp', syn: true }, 'held', 'reached'],
    ['TCP connected, not seen', attempt('accepted'), { protocol: 'tcp' }, 'held', 'wrong-responder'],
    [
      'TCP connected, overflow',
      attempt('accepted'),
      { protocol: 'tcp', target: { overflowed: true } },
      'held',
      'not-measured',
    ],
    ['TCP connected, whose request?', attempt('accepted'), { protocol: 'tcp', syn: null }, 'held', 'not-measured'],
    [
      'TCP connected, seen with another source',
      attempt('accepted'),
      { protocol: 'tcp', nat: '203.0.113.1:20000' },
      'held',
      'not-measured',
    ],
    ['TCP seen, not connected', attempt('timeout'), { protocol: 'tcp', syn: true }, 'held', 'one-way'],
    ['TCP refused', attempt('refused'), { protocol: 'tcp' }, 'held', 'refused'],
    ['ESP arrived', attempt('timeout'), { protocol: 'esp', seen: [seenAt('to', 'esp')] }, 'echo', 'reached'],
    ['ESP did not arrive', attempt('timeout'), { protocol: 'esp' }, 'echo', 'timeout'],
    ['echo', attempt('answered', { answererTag: 'to' }), { protocol: 'udp' }, 'echo', 'reached'],
    ['echo went one way', attempt('timeout'), { protocol: 'udp', seen: [seenAt('to', 'udp')] }, 'echo', 'one-way'],
  ])('%s', (_title, sent, given, mode, outcome) => {
    expect(joinPort(result(sent), evidence(given), null, mode).outcome).toBe(outcome);
  });
});
