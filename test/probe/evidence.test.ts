import { describe, expect, it } from 'vitest';
import { createEvidence } from '../../src/probe/evidence.ts';
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
    for (let probe = 0; probe < 5000; probe += 1) {
      const words = [`10.0.${probe % 3}.2`];
      evidence.take('m1', { op: 'echoed', words, rows: [probe, probe + 250, 0] });
    }
    const attempt = { n: 1, outcome: 'answered', detail: 'echo reply', local: null, answererTag: null };
    for (const probe of [0, 1, 4999]) {
      const address = `10.0.${probe % 3}.2`;
      const attempts = [{ ...attempt, rttMs: (probe + 250) / 1000, address }];
      expect(evidence.result(probe)).toEqual({ probeId: probe, addresses: [address], attempts });
    }
    expect(evidence.result(5000)).toBeUndefined();
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
