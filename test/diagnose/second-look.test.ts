import { expect, it } from 'vitest';
import { classify } from '../../src/diagnose/classify.ts';
import type { PingFact } from '../../src/diagnose/facts.ts';
import { betterOf, calmly, deservesSecondLook } from '../../src/diagnose/second-look.ts';
import type { Look } from '../../src/diagnose/witness-protocol.ts';
import { overlayFacts, pings, ports, probe, rule, withMachine } from './facts-fixture.ts';

const someLost = pings((from, to, size) => (size === 84 && [from, to].includes('w1') ? 50 : 60));
/** Of machines that have little time. */
const lossy = someLost.map((one) => ({ ...one, medianMs: 60 }));

it('is deserved where echoes alone say that something is wrong', () => {
  const facts = overlayFacts({ pings: lossy });
  expect(deservesSecondLook(classify(facts), facts)).toBe(true);
  const explained = withMachine(facts, 'w1', { counted: [rule('-m statistic --mode random --probability 0.1')] });
  expect(classify(explained).cause).toMatchObject({ id: 'segment.loses-packets', confidence: 'certain' });
  expect(deservesSecondLook(classify(explained), explained)).toBe(false);
  const hook = { hook: 'ingress', text: 'filter protocol all pref 1001 bpf chain 0 handle 0x1' } as const;
  const suspected = withMachine(facts, 'w1', { programs: [hook] });
  expect(classify(suspected).cause).toMatchObject({ id: 'segment.loses-packets', confidence: 'likely' });
  expect(deservesSecondLook(classify(suspected), suspected)).toBe(false);
  expect(deservesSecondLook(classify(overlayFacts()), overlayFacts())).toBe(false);
});

it('is not deserved where the machines have time: what is lost is lost', () => {
  const facts = overlayFacts({ pings: someLost });
  expect(classify(facts).cause).toMatchObject({ id: 'segment.loses-packets', confidence: 'likely' });
  expect(deservesSecondLook(classify(facts), facts)).toBe(false);
});

it('is deserved where nothing says anything, and echoes were lost', () => {
  const silent = { probes: [probe('timeout')] };
  const late = overlayFacts({ ...silent, pings: lossy.map((one) => ({ ...one, medianMs: 900 })) });
  expect(classify(late).cause.confidence).toBe('undecided');
  expect(deservesSecondLook(classify(late), late)).toBe(true);
  expect(classify({ ...late, pings: betterOf(late.pings, lossy) }).cause.id).toBe('segment.loses-packets');
  const whole = overlayFacts(silent);
  expect(classify(whole).cause.confidence).toBe('undecided');
  expect(deservesSecondLook(classify(whole), whole)).toBe(false);
});

it('is deserved where echoes are lost and late, whatever ports say: those may be lost and late as well', () => {
  const shut = ports((_protocol, number) => (number === 7946 ? 'timeout' : 'reached'));
  const facts = overlayFacts({
    probes: [probe('no-name')],
    ports: shut,
    pings: lossy.map((one) => ({ ...one, medianMs: 900 })),
  });
  expect(classify(facts).cause.id).toBe('overlay.gossip-blocked');
  expect(deservesSecondLook(classify(facts), facts)).toBe(true);
  const again = { ...facts, pings: betterOf(facts.pings, lossy) };
  expect(classify(again).cause.id).toBe('segment.loses-packets');
  // Slow everywhere, and waited for: what is missing then is lost.
  const patient = lossy.map((one) => ({ ...one, medianMs: 900, waitMs: 3_000 }));
  expect(classify({ ...facts, pings: betterOf(facts.pings, patient) }).cause.id).toBe('segment.loses-packets');
});

it('lets go what was seen once, and keeps what was seen twice', () => {
  const facts = overlayFacts({ pings: lossy });
  const afterwards = (again: readonly PingFact[]) =>
    classify({ ...facts, pings: betterOf(facts.pings, again) }).cause.id;
  expect(afterwards(pings(() => 60))).toBe('reached');
  expect(afterwards(lossy)).toBe('segment.loses-packets');
  // Nobody could look again.
  expect(afterwards([])).toBe('segment.loses-packets');
});

it('takes the shorter time, and either where the other has none', () => {
  const timed = (medianMs: number | null) => pings(() => 60).map((one) => ({ ...one, medianMs }));
  const times = (first: number | null, again: number | null) =>
    new Set(betterOf(timed(first), timed(again)).map(({ medianMs }) => medianMs));
  expect([times(1261, 2), times(2, 1261), times(null, 2), times(2, null), times(null, null)]).toEqual(
    [2, 2, 2, 2, null].map((ms) => new Set([ms])),
  );
});

it('is a look at echoes alone', () => {
  const ping = { kind: 'ping', path: null, to: '192.168.56.12', size: 84, count: 60, delayMs: 0, waitMs: 500 } as const;
  const look: Look = {
    op: 'look',
    deadlineMs: 1,
    dataPathPort: 4789,
    addresses: [],
    watch: [{ id: 'segment', path: null, address: null }],
    asks: [
      { ...ping, id: 'quick', intervalMs: 6 },
      { ...ping, id: 'slow', intervalMs: 50 },
      { id: 'arp', kind: 'arp', path: null, source: '', to: '', count: 3, intervalMs: 100, delayMs: 0, waitMs: 500 },
    ],
    interiors: [{ id: 'm1/c1', path: null }],
    crowd: [{ id: 'm1/c1', path: null }],
    overlays: [{ id: 'way', path: null }],
  };
  expect(calmly(look, 2).asks.map((ask) => ask.waitMs)).toEqual([500, 500]);
  expect(calmly(look, 600)).toEqual({
    ...look,
    watch: [],
    asks: [
      { ...ping, id: 'quick', intervalMs: 15, waitMs: 3_000 },
      { ...ping, id: 'slow', intervalMs: 50, waitMs: 3_000 },
    ],
    interiors: [],
    crowd: [],
    overlays: [],
  });
});
