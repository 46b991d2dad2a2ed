import { type Ends, matchEnds } from './diff-ends.ts';
import { missingOnEither, pairUp } from './diff-pairs.ts';
import { type Counts, diffProbes, type NamedProbe } from './diff-probes.ts';
import type { Comparison, MeasuredDiff, ValueDifference } from './diff-types.ts';
import type { ProbeDocument, ProbedContainer } from './run-types.ts';

type Matrix = ProbeDocument['matrices'][number];

/** Matrices by how and on which network was asked, their cells by from and to. Pure. */
export function diffProbe(a: ProbeDocument, b: ProbeDocument): MeasuredDiff & Pick<Comparison, 'nodes'> {
  const ends = matchEnds(a, b);
  const containers = pairUp(
    a.containers,
    b.containers,
    ({ id }) => ends.ofA(id),
    ({ id }) => ends.ofB(id),
  );
  const [endsA, endsB] = [endsOf(a, ends.ofA), endsOf(b, ends.ofB)];
  const gone = { a: without(endsA, endsB), b: without(endsB, endsA) };
  const matrices = pairUp(a.matrices, b.matrices, subjectOf, subjectOf);
  const counts: Counts = { probes: 0, notMeasured: 0, checks: 0 };
  const differences = [
    ...containers.both.flatMap(([left, right]) => diffContainer(left, right, ends)),
    ...matrices.both.flatMap(([left, right]) =>
      diffProbes(
        probesOf(a, left, ends.ofA, gone.a),
        probesOf(b, right, ends.ofB, gone.b),
        { subject: subjectOf(left), step: null },
        counts,
      ),
    ),
    ...missingOnEither([...gone.a], [...gone.b], { what: 'end' }),
    ...missingOnEither(matrices.onlyA.map(subjectOf), matrices.onlyB.map(subjectOf), { what: 'matrix' }),
  ];
  const totals = { subjects: containers.both.length, ...counts, differences: 0, missing: 0 };
  return { differences, sentences: [], nodes: ends.nodes, totals };
}

function subjectOf({ by, network }: Matrix): string {
  return `${by === 'ip' ? 'by IP' : 'by name'}${network === null ? '' : ` on ${network}`}`;
}

/** Containers, and whatever else was asked or asked for. */
function endsOf({ containers, probes }: ProbeDocument, called: (end: string) => string): ReadonlySet<string> {
  return new Set([...containers.map(({ id }) => id), ...probes.flatMap(({ from, to }) => [from, to])].map(called));
}

function without(all: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...all].filter((one) => !others.has(one)));
}

/** Those of a matrix, without the ends that the other side has not. */
function probesOf(
  { probes }: ProbeDocument,
  { cells }: Matrix,
  called: (end: string) => string,
  gone: ReadonlySet<string>,
): readonly NamedProbe[] {
  return cells
    .flatMap((cell) => cell.probes.flatMap((index) => probes[index] ?? []))
    .map((probe) => ({ ...probe, from: called(probe.from), to: called(probe.to), name: null }))
    .filter(({ from, to }) => !gone.has(from) && !gone.has(to));
}

function diffContainer(a: ProbedContainer, b: ProbedContainer, ends: Ends): readonly ValueDifference[] {
  const subject = ends.ofA(a.id);
  const value = (kind: 'node' | 'networks', left: string, right: string, same = left === right) =>
    same ? [] : [{ kind, subject, step: null, a: left, b: right }];
  return [
    ...value('node', a.node, b.node, ends.ofA(`node:${a.node}`) === ends.ofB(`node:${b.node}`)),
    ...value('networks', networksOf(a), networksOf(b)),
  ];
}

function networksOf({ addresses, networkMode }: ProbedContainer): string {
  const networks = Object.keys(addresses).sort().join(', ');
  if (networks !== '') return networks;
  // Of another container's namespace it is that one's id.
  return ['host', 'none'].includes(networkMode)
    ? networkMode
    : networkMode.startsWith('container:')
      ? 'container:'
      : 'no network';
}
