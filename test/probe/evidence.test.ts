import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvidence } from '../../src/probe/evidence.ts';
import { joinResult, reachedAtOnce } from '../../src/probe/join.ts';
import type { SenderResult } from '../../src/probe/protocol.ts';

const sentFrom = (probeId: number, local: string): SenderResult => ({
  probeId,
  addresses: [],
  attempts: [{ n: 1, outcome: 'timeout', detail: '', rttMs: null, local, answererTag: null, address: '10.0.0.9' }],
});

describe('what the agents of a batch reported', () => {
  it('takes a connection request for a probe only where no other can have sent it', () => {
    const evidence = createEvidence();
    evidence.take('m1', { op: 'results', results: [sentFrom(1, '172.17.0.2:20000'), sentFrom(2, '10.0.0.2:20000')] });
    evidence.take('m2', { op: 'results', results: [sentFrom(3, '172.17.0.2:20000')] });
    const sources = ['172.17.0.2:20000', '10.0.0.2:20000'];
    evidence.take('m2', { op: 'syns', syns: sources.map((source) => ({ tag: 't', source, port: 80 })) });
    expect(evidence.synArrived('t', '172.17.0.2:20000')).toBe(null);
    expect(evidence.synArrived('t', '10.0.0.2:20000')).toBe(true);
    expect(evidence.synArrived('u', '10.0.0.2:20000')).toBe(false);
    expect(evidence.synArrived('t', null)).toBe(false);
  });

  it('finds the same request with another source, unless a sender has that source', () => {
    const evidence = createEvidence();
    evidence.take('m1', { op: 'results', results: [sentFrom(1, '10.0.0.2:20000'), sentFrom(2, '10.0.0.3:20000')] });
    const from = (source: string) => ({ tag: 't', source, port: 2377 });
    evidence.take('m2', { op: 'syns', syns: [from('10.0.0.3:20000'), from('203.0.113.1:20001')] });
    expect(evidence.synThroughNat('t', '10.0.0.2:20000', 2377)).toBe(null);
    evidence.take('m2', { op: 'syns', syns: [from('203.0.113.1:20000')] });
    expect(evidence.synThroughNat('t', '10.0.0.2:20000', 2377)).toBe('203.0.113.1:20000');
    expect(evidence.synThroughNat('t', '10.0.0.2:20000', 7946)).toBe(null);
  });

  it('gives back what arrived, by probe and attempt, in the order of the reports', () => {
    const evidence = createEvidence();
    const words = ['icmp', '7', '10.0.0.1'];
    evidence.take('m1', { op: 'seen', words, rows: [3, 1, 0, 1, 2, 0, 3, 2, 0, 1, 2, 4] });
    evidence.take('m2', { op: 'seen', words: ['8', 'icmp', '10.0.0.1'], rows: [3, 1, 1, 0, 2, 5] });
    const seen = { probeId: 3, attempt: 1, via: 'icmp', source: '10.0.0.1' };
    expect(evidence.seenOf(3, 1)).toEqual([
      { ...seen, tag: '7', lagMs: 0 },
      { ...seen, tag: '8', lagMs: 5 },
    ]);
    expect(evidence.seenOf(3, 2)).toEqual([{ ...seen, attempt: 2, tag: '7', lagMs: 4 }]);
    expect(evidence.seenOf(4, 1)).toEqual([]);
  });

  it('gives back thousands of probes that were answered at once', () => {
    const evidence = createEvidence();
    const addresses = Uint32Array.from({ length: 100 }, (_, at) => 0xc0a80000 + at);
    for (let row = 0; row < 50; row += 1) {
      const took = Uint32Array.from({ length: 100 }, (_, at) => (at === 7 ? 0 : row * 100 + at + 250));
      const report = {
        op: 'swept',
        first: row * 100,
        took,
        pattern: 3,
        addresses: row === 0 ? addresses : null,
      } as const;
      evidence.take('m1', report);
    }
    const attempt = { n: 1, outcome: 'answered', detail: 'echo reply', local: null, answererTag: null };
    for (const probe of [0, 1, 4999]) {
      const address = `192.168.0.${probe % 100}`;
      const attempts = [{ ...attempt, rttMs: (probe + 250) / 1000, address }];
      expect(evidence.result(probe)).toEqual({ probeId: probe, addresses: [address], attempts });
    }
    expect([evidence.result(7), evidence.result(5000)]).toEqual([undefined, undefined]);
  });

  it('takes addresses for those of the same machine only', () => {
    const evidence = createEvidence();
    const [took, addresses] = [Uint32Array.of(5), Uint32Array.of(0x0a000002)];
    evidence.take('m1', { op: 'swept', first: 0, took, pattern: 0, addresses });
    evidence.take('m2', { op: 'swept', first: 1, took, pattern: 0, addresses: Uint32Array.of(0x0a000003) });
    evidence.take('m1', { op: 'swept', first: 2, took, pattern: 0, addresses: null });
    evidence.take('m3', { op: 'swept', first: 3, took, pattern: 0, addresses: null });
    expect([0, 1, 2, 3].map((probe) => evidence.result(probe)?.attempts[0]?.address)).toEqual([
      '10.0.0.2',
      '10.0.0.3',
      '10.0.0.2',
      undefined,
    ]);
  });

  it('gives back results that are alike', () => {
    const evidence = createEvidence();
    const alike = (address: string) => {
      const { probeId: _, ...result } = sentFrom(0, '10.0.0.2:20000');
      return { ...result, addresses: [address] };
    };
    evidence.take('m1', { op: 'alike', results: [alike('10.0.0.8'), alike('10.0.0.9')], rows: [4, 1, 5, 0] });
    evidence.take('m2', { op: 'alike', results: [alike('10.0.0.9')], rows: [6, 0] });
    expect([3, 4, 5, 6].map((probe) => evidence.result(probe))).toEqual([
      undefined,
      { probeId: 4, ...alike('10.0.0.9') },
      { probeId: 5, ...alike('10.0.0.8') },
      { probeId: 6, ...alike('10.0.0.9') },
    ]);
  });

  it('keeps where a first try arrived, and where it arrived besides', () => {
    const evidence = createEvidence();
    const first = (tag: string, probes: number[], sources: number[]) =>
      evidence.take('m1', { op: 'arrived', tag, probes: Uint32Array.from(probes), sources: Uint32Array.from(sources) });
    first('7', [3, 4, 3], [0x0a000001, 0x0a000001, 0x0a000001]);
    first('8', [4], [0xac110001]);
    const seen = { attempt: 1, via: 'icmp', source: '10.0.0.1', lagMs: 0, tag: '7' };
    expect(evidence.seenOf(3, 1)).toEqual([{ probeId: 3, ...seen }]);
    expect(evidence.seenOf(3, 2)).toEqual([]);
    expect(evidence.seenOf(4, 1)).toEqual([
      { probeId: 4, ...seen },
      { probeId: 4, ...seen, tag: '8', source: '172.17.0.1' },
    ]);
    expect(evidence.seenOf(5, 1)).toEqual([]);
  });

  it('is as sure of what was reached at once as the whole way of judging it', () => {
    const tag = fc.constantFrom('7', '8');
    fc.assert(
      fc.property(fc.nat({ max: 2 }), fc.array(tag), fc.array(tag), tag, (us, first, later, target) => {
        const evidence = createEvidence();
        const addresses = Uint32Array.of(0x0a000002);
        evidence.take('m1', { op: 'swept', first: 0, took: Uint32Array.of(us), pattern: 0, addresses });
        const [probes, sources] = [Uint32Array.of(0), Uint32Array.of(0x0a000001)];
        for (const one of first) evidence.take('m1', { op: 'arrived', tag: one, probes, sources });
        for (const one of later)
          evidence.take('m1', { op: 'seen', words: ['icmp', one, '10.0.0.1'], rows: [0, 2, 0, 1, 2, 0] });
        const quick = evidence.reachedAtOnce(0, target);
        const result = evidence.result(0);
        if (quick === null || result === undefined) {
          expect(quick !== null && result === undefined).toBe(false);
          expect(us > 0 && later.length === 0 && new Set(first).size === 1 && first[0] === target).toBe(false);
          return;
        }
        const whole = joinResult(
          result,
          {
            protocol: 'icmp',
            target: evidence.target(target, 'm1', 'icmp'),
            timeoutMs: 1000,
            seenIn: (attempt) => evidence.seenOf(0, attempt),
            synArrived: () => false,
            placesOf: evidence.placesOf,
          },
          null,
        );
        expect(reachedAtOnce(0, quick)).toEqual(whole);
        expect(whole.outcome).toBe('reached');
      }),
    );
  });

  it('does not take silence for an answer where connection tracking had no room', () => {
    const evidence = createEvidence();
    const collected = { op: 'collected', drops: [], worstLagMs: 0 } as const;
    evidence.take('m1', { ...collected, counts: { conntrackFull: 12 } });
    evidence.take('m2', { ...collected, counts: { malformed: 3 } });
    const why = 'connection tracking on m1 was full (nf_conntrack_max) and dropped 12 packets';
    expect([evidence.doubt('m1'), evidence.doubt('m2'), evidence.lost('m1')]).toEqual([why, null, null]);
    expect(evidence.target('7', 'm1', 'icmp').missing).toBe(why);
    evidence.lose('m1', 'it ended early');
    expect(evidence.doubt('m1')).toBe('it ended early');
  });

  it('keeps what went while it was probed', () => {
    const evidence = createEvidence();
    const gone = [{ id: 'm1/a', error: 'it went' }];
    evidence.take('m1', { op: 'collected', drops: [], gone, counts: {}, worstLagMs: 0 });
    expect(evidence.gone('m1/a')).toBe('it went');
    expect(evidence.gone('m1/b')).toBe(null);
    expect(evidence.notes()).toEqual(['m1/a: it went']);
  });

  it('knows sharers of a namespace by one tag', () => {
    const evidence = createEvidence();
    const standing = { error: null, tag: 't', tcpPort: 1, udpPort: 2, loUp: true, ports: [] };
    evidence.take('m1', {
      op: 'ready',
      places: [
        { ...standing, id: 'm1/a' },
        { ...standing, id: 'm1/b' },
        { id: 'm1/c', error: 'gone' },
      ],
    });
    expect(evidence.placesOf('t')).toEqual(['m1/a', 'm1/b']);
    expect(evidence.place('m1/c')).toEqual({ id: 'm1/c', error: 'gone' });
    expect(evidence.place('m1/d')).toEqual({ error: 'no agent stands in m1/d' });
  });

  it('keeps the first reason why a machine was lost, and says all that was odd', () => {
    const evidence = createEvidence();
    evidence.lose('m1', 'it died');
    evidence.lose('m1', 'later');
    evidence.take('m2', { op: 'done', controls: [{ tag: 't', loUp: false, failed: { udp: 'no' } }] });
    evidence.take('m2', {
      op: 'collected',
      drops: [{ tag: 't', protocol: 'udp', lost: 3 }],
      counts: { malformed: 2 },
      worstLagMs: 9,
    });
    expect(evidence.lost('m1')).toBe('it died');
    expect(evidence.target('t', 'm2', 'udp')).toEqual({
      tag: 't',
      missing: null,
      overflowed: true,
      controlFailure: 'no',
      worstLagMs: 9,
    });
    expect(evidence.notes()).toEqual([
      'm1: it died',
      'namespace t: lo is down, so there is no positive control',
      'namespace t: control failed: no',
      'namespace t: sockets for udp lost 3 packets',
      'm2: malformed: 2',
    ]);
  });
});
