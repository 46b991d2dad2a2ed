import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rings } from '../../src/experiment/types.ts';
import type { Outcome } from '../../src/probe/types.ts';
import { compareResults, type ResultDocument } from '../../src/verdict/diff.ts';
import type { Comparison, Difference, Side } from '../../src/verdict/diff-types.ts';
import { plainSeen } from '../../src/verdict/plain-seen.ts';
import { reachabilityOf } from '../../src/verdict/reachability.ts';
import { labPlan } from '../experiment/lab-fixture.ts';
import { probeDocument } from '../report/probe-documents.ts';
import {
  actionStep,
  check,
  checkStep,
  experiment,
  probeStep,
  runDocument,
  skippedExperiment,
} from '../report/run-documents.ts';
import { scopeDocument } from '../report/scope-documents.ts';

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

function compare(a: ResultDocument, b: ResultDocument): Comparison {
  const found = compareResults(a, b);
  if (found === null) throw new Error('two kinds');
  return found;
}

describe('reachability', () => {
  it.each([
    ['timeout', 'ip', '10.0.0.2', 'not-reached'],
    ['unreachable', 'ip', null, 'not-reached'],
    ['unreachable', 'name', '10.0.0.2', 'not-reached'],
    ['unreachable', 'name', null, 'no-name'],
    ['name-timeout', 'name', null, 'no-name'],
    ['servfail', 'name', null, 'no-name'],
    ['refused', 'ip', '10.0.0.2', 'refused'],
  ] as const)('of %s by %s at %s is %s', (outcome, by, address, expected) => {
    expect(reachabilityOf({ outcome, address }, by)).toBe(expected);
  });
});

describe('properties', () => {
  const outcome = fc.constantFrom(...outcomes);
  const scope = fc
    .record({
      twists: fc.dictionary(fc.constantFrom(...rings.flatMap((ring) => [`${ring} in`, `${ring} out`])), outcome),
      ids: fc.uniqueArray(fc.constantFrom('macvlan' as const, 'none' as const, 'overlay' as const)),
      skips: fc.boolean(),
      workers: fc.constantFrom(0, 1, 2),
    })
    .map(({ twists, ids, skips, workers }) =>
      scopeDocument({
        ids,
        plan: labPlan({ workers }),
        skipped: skips ? { macvlan: 'macvlan' } : {},
        twist: ({ ring, direction }) => {
          const seen = twists[`${ring} ${direction}`];
          return seen === undefined ? null : { outcome: seen, detail: '' };
        },
      }),
    );
  const oneExperiment = fc
    .record({
      id: fc.constantFrom('one', 'two', 'three'),
      seen: outcome,
      members: fc.constantFrom('a', 'b, a', 'a, b'),
    })
    .map(({ id, seen, members }) =>
      experiment(id, [
        checkStep('Look', [check({ seen: members })]),
        probeStep('Ask', 'name', '   a b\na yes yes\nb no .', { 'a -> b': { outcome: seen } }),
      ]),
    );
  const run = fc
    .uniqueArray(fc.oneof(oneExperiment, fc.constant(skippedExperiment('three', 'ipvlan'))), {
      selector: ({ id }) => id,
    })
    .map((experiments) => runDocument(experiments));
  const probe = fc
    .record({
      containers: fc.uniqueArray(fc.constantFrom('m1/web', 'm1/db', 'w1/web', 'w1/cache')),
      others: fc.uniqueArray(fc.constantFrom('lan', 'node:m1', 'node:w2')),
      seen: fc.func(outcome),
    })
    .map((options) => probeDocument(options));
  const pair = fc.oneof(fc.tuple(scope, scope), fc.tuple(run, run), fc.tuple(probe, probe));

  it('nothing differs from itself', () => {
    fc.assert(
      fc.property(fc.oneof(scope, run, probe), (document) => {
        expect(compare(document, structuredClone(document)).differences).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('turned round it says the same', () => {
    const turned = (difference: Difference): unknown => {
      const other: Record<Side, Side> = { a: 'b', b: 'a' };
      if (difference.kind === 'missing') return { ...difference, in: other[difference.in], names: names(difference) };
      if ('protocols' in difference) {
        const protocols = difference.protocols.map(({ protocol, a, b }) => ({ protocol, a: b, b: a }));
        return { ...difference, protocols };
      }
      return { ...difference, a: difference.b, b: difference.a };
    };
    const names = (difference: Difference) => ('names' in difference ? [...difference.names].sort() : []);
    const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one, sortKeys)).sort();
    const sortKeys = (_key: string, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => left.localeCompare(right)))
        : value;
    const plain = (one: Difference) => (one.kind === 'missing' ? { ...one, names: names(one) } : one);
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [there, back] = [compare(a, b), compare(b, a)];
        expect(sorted(there.differences.map(plain))).toEqual(sorted(back.differences.map(turned)));
        expect(there.totals).toEqual(back.totals);
      }),
      { numRuns: 60 },
    );
  });
});

describe('scope', () => {
  const whole = scopeDocument();

  it('sees no difference in addresses, times, errors and labs', () => {
    const silent = scopeDocument({
      ids: ['none'],
      twist: ({ ring, by }) => (ring === 'lan' && by === 'ip' ? { outcome: 'unreachable', detail: 'x' } : null),
    });
    const engines = whole.engines.map((engine) => ({ ...engine, kernel: '5.15.0', address: '10.0.0.1' }));
    expect(compare(whole, { ...whole, lab: 'b', provider: 'vagrant', engines, durationMs: 1 }).differences).toEqual([]);
    expect(compare(scopeDocument({ ids: ['none'] }), silent).differences).toEqual([]);
  });

  it('tells a cell once, by protocol', () => {
    const other = scopeDocument({
      twist: ({ ring, direction, by }, protocol) =>
        ring === 'lan' && direction === 'out' && by === 'ip' && protocol === 'udp'
          ? { outcome: 'timeout', detail: '' }
          : null,
    });
    const ids = whole.drivers.flatMap(({ id, rings: all }) => (all.lan.out.ip?.outcome === 'reached' ? [id] : []));
    const found = compare(whole, other).differences.filter(({ kind }) => kind === 'ring');
    expect(found.map(({ subject }) => subject)).toEqual(ids);
    expect(found[0]).toMatchObject({ protocols: [{ protocol: 'udp', a: 'reached', b: 'not-reached' }] });
  });

  it('tells drivers that one side has alone once, with the reason', () => {
    const other = scopeDocument({ skipped: { 'ipvlan-l2': 'ipvlan', 'ipvlan-l3': 'ipvlan' } });
    const { differences, totals } = compare(whole, other);
    expect(differences).toEqual([
      expect.objectContaining({
        kind: 'missing',
        names: ['ipvlan-l2', 'ipvlan-l3'],
        in: 'a',
        why: expect.stringMatching('ipvlan'),
      }),
    ]);
    expect(totals).toMatchObject({ subjects: 8, differences: 0, missing: 1 });
  });

  it('tells a node less by its rings, not by its cells', () => {
    const small = scopeDocument({ plan: labPlan({ workers: 0 }) });
    const [first, ...others] = compare(whole, small).differences;
    expect(first).toMatchObject({ kind: 'missing', what: 'ring', names: ['peer', 'peer-node'], in: 'a' });
    expect(others).toEqual([]);
  });

  it('tells drivers that are skipped for other reasons', () => {
    const skip = (feature: string) => scopeDocument({ ids: ['macvlan'], skipped: { macvlan: feature } });
    expect(compare(skip('macvlan'), skip('macvlan')).differences).toEqual([]);
    expect(compare(skip('macvlan'), skip('esp4')).differences).toMatchObject([{ kind: 'skipped', subject: 'macvlan' }]);
  });

  it('counts what neither could measure, and calls it no difference', () => {
    const none = scopeDocument({ ids: ['host'], twist: () => ({ outcome: 'not-measured', detail: 'x' }) });
    const { differences, totals } = compare(none, none);
    expect(differences).toEqual([]);
    expect(totals).toMatchObject({ probes: 0, notMeasured: none.totals.probes });
    expect(none.totals.probes).toBeGreaterThan(0);
    expect(compare(scopeDocument({ ids: ['host'] }), none).differences).toMatchObject([
      { kind: 'missing', what: 'driver', names: ['host'], in: 'a' },
    ]);
  });
});

describe('run', () => {
  const table = '   a b\na yes no';

  it('compares probes of a step and the verdict of the experiment', () => {
    const a = runDocument([experiment('x', [probeStep('Ask', 'ip', table)])]);
    const b = runDocument([experiment('x', [probeStep('Ask', 'ip', table, { 'a -> b': { outcome: 'reached' } })])]);
    expect(compare(a, b).differences).toMatchObject([
      { kind: 'probe', step: { index: 1, title: 'Ask' }, from: 'a', to: 'b', name: null, protocols: [{}, {}, {}] },
      { kind: 'verdict', step: null, a: 'as-expected', b: 'differs' },
    ]);
  });

  it('does not compare addresses of checks, but whether they are equal', () => {
    const seen = (text: string) => runDocument([experiment('x', [checkStep('Look', [check({ seen: text })])])]);
    expect(compare(seen('10.0.0.2, 10.0.0.3'), seen('10.9.0.2, 10.9.0.7')).differences).toEqual([]);
    expect(compare(seen('10.0.0.2, 10.0.0.3'), seen('10.9.0.2, 10.9.0.2')).differences).toHaveLength(1);
    expect(plainSeen('w1, 02:42:0a:00:00:02', [{ letter: 'B', name: 'w1' }])).toBe('B, [1]');
  });

  it('tells a failure once, and not the steps that did not come', () => {
    const steps = (verdict: 'as-expected' | 'not-measured') => [
      actionStep('Block', {}),
      probeStep(
        'Ask',
        'ip',
        table,
        verdict === 'as-expected'
          ? {}
          : { 'a -> a': { outcome: 'not-measured' }, 'a -> b': { outcome: 'not-measured' } },
      ),
    ];
    const failure = { code: 'run.failed', message: 'it did not start', hint: null };
    const a = runDocument([experiment('x', steps('as-expected'))]);
    const b = runDocument([experiment('x', steps('not-measured'), { failure })]);
    expect(compare(a, b).differences).toMatchObject([
      { kind: 'failure', a: null, b: 'it did not start' },
      { kind: 'verdict', a: 'as-expected', b: 'not-measured' },
    ]);
  });

  it('tells steps and experiments that one side has alone', () => {
    const a = runDocument([experiment('x', [actionStep('One', {}), actionStep('Two', {})]), experiment('y', [])]);
    const b = runDocument([experiment('x', [actionStep('One', {})]), skippedExperiment('y', 'esp4')]);
    expect(compare(a, b).differences).toMatchObject([
      { kind: 'missing', what: 'step', subject: 'x', names: ['2. Two'], in: 'a' },
      { kind: 'missing', what: 'experiment', names: ['y'], in: 'a', why: 'Skipped: kernel of m1 lacks esp4' },
    ]);
  });
});

describe('probe', () => {
  it('knows a container by its name where it is unique, and a task without its id', () => {
    const task = (letter: string) => `w1/shop.1.${letter.repeat(25)}`;
    const a = probeDocument({ containers: ['m1/db', task('a')] });
    const b = probeDocument({ containers: ['w1/db', task('b')] });
    expect(compare(a, b).differences).toMatchObject([{ kind: 'node', subject: 'db', a: 'm1', b: 'w1' }]);
  });

  it('tells a container that is gone once', () => {
    const a = probeDocument({ containers: ['m1/web', 'm1/db'], others: ['lan', 'node:w2'] });
    const b = probeDocument({ containers: ['m1/web'], others: ['lan'] });
    expect(compare(a, b).differences).toMatchObject([
      { kind: 'missing', what: 'end', names: ['db', 'node:w2'], in: 'a' },
    ]);
  });

  it('pairs nodes of other names by role', () => {
    const other = probeDocument({ containers: ['m1/web'], others: ['node:alpha'] });
    const engines = other.engines.map((engine) => (engine.node === 'w1' ? { ...engine, node: 'alpha' } : engine));
    const found = compare(probeDocument({ containers: ['m1/web'], others: ['node:w1'] }), { ...other, engines });
    expect(found).toMatchObject({ differences: [], nodes: [{ a: 'w1', b: 'alpha' }] });
  });
});

it('does not compare two kinds', () => {
  expect(compareResults(scopeDocument(), runDocument([]))).toBeNull();
});
