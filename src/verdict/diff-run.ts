import { gatherMissing, missing, missingOnEither, pairUp } from './diff-pairs.ts';
import { type Counts, diffProbes, type NamedProbe } from './diff-probes.ts';
import type { CheckDifference, Difference, MeasuredDiff, MissingDifference, StepReference } from './diff-types.ts';
import { plainSeen } from './plain-seen.ts';
import type { CheckResult, ExperimentResult, ProbeResult, RunDocument, StepResult } from './run-types.ts';

interface NumberedStep extends StepResult {
  index: number;
}

/**
 * Experiments by id, steps by number and title, probes by what was asked, checks by kind and subject. Nodes have letters
 * there, so their names play no part. Pure.
 */
export function diffRun(a: RunDocument, b: RunDocument): MeasuredDiff {
  const id = (experiment: ExperimentResult) => experiment.id;
  const { both, onlyA, onlyB } = pairUp(a.experiments, b.experiments, id, id);
  const lacking: MissingDifference[] = [...missingOnEither(onlyA.map(id), onlyB.map(id), { what: 'experiment' })];
  const differences: Difference[] = [];
  const counts: Counts = { probes: 0, notMeasured: 0, checks: 0 };
  let subjects = 0;
  for (const [left, right] of both) {
    const subject = left.id;
    const [whyA, whyB] = [whyNotRun(left), whyNotRun(right)];
    if (whyA === null && whyB === null) {
      subjects += 1;
      differences.push(...diffExperiment(left, right, counts));
    } else if (whyB === null) lacking.push(...missing('b', [subject], { what: 'experiment', why: whyA }));
    else if (whyA === null) lacking.push(...missing('a', [subject], { what: 'experiment', why: whyB }));
    else if (causeOf(left) !== causeOf(right))
      differences.push({ kind: 'skipped', subject, step: null, a: whyA, b: whyB });
  }
  const totals = { subjects, ...counts, differences: 0, missing: 0 };
  return { differences: [...differences, ...gatherMissing(lacking)], sentences: [], totals };
}

/** Null where at least one step was taken. */
function whyNotRun({ skipped, verdict, failure, steps }: ExperimentResult): string | null {
  if (skipped !== null) return `Skipped: ${skipped.sentence}`;
  if (verdict === 'skipped') return 'Skipped.';
  return failure !== null && steps.every((step) => step.verdict === 'not-measured')
    ? `Not measured: ${failure.message}`
    : null;
}

/** What makes two reasons one: the same is missing, or the same failed, whatever an engine or a kernel says of it. */
function causeOf({ skipped, failure }: ExperimentResult): string {
  return skipped === null
    ? `failed ${failure?.code}`
    : [...new Set(skipped.missing.map(({ what }) => what))].sort().join();
}

function diffExperiment(a: ExperimentResult, b: ExperimentResult, counts: Counts): readonly Difference[] {
  const subject = a.id;
  const numbered = ({ steps }: ExperimentResult) => steps.map((step, at): NumberedStep => ({ ...step, index: at + 1 }));
  const key = ({ index, title }: NumberedStep) => `${index} ${title}`;
  const { both, onlyA, onlyB } = pairUp(numbered(a), numbered(b), key, key);
  const name = ({ index, title }: NumberedStep) => `${index}. ${title}`;
  return [
    ...both.flatMap(([left, right]) =>
      wasCutOff(a, b, left, right) ? [] : diffStep(subject, [a, left], [b, right], counts),
    ),
    ...missingOnEither(onlyA.map(name), onlyB.map(name), { what: 'step', subject }),
    ...(a.failure?.code === b.failure?.code
      ? []
      : [
          {
            kind: 'failure',
            subject,
            step: null,
            a: a.failure?.message ?? null,
            b: b.failure?.message ?? null,
          } as const,
        ]),
    ...(a.verdict === b.verdict ? [] : [{ kind: 'verdict', subject, step: null, a: a.verdict, b: b.verdict } as const]),
  ];
}

/** A step that one side did not come to: the failure that ended it is told, once. */
function wasCutOff(a: ExperimentResult, b: ExperimentResult, left: StepResult, right: StepResult): boolean {
  if (left.verdict === right.verdict) return false;
  return (
    (a.failure !== null && left.verdict === 'not-measured') || (b.failure !== null && right.verdict === 'not-measured')
  );
}

type OfExperiment = readonly [experiment: ExperimentResult, step: NumberedStep];

function diffStep(subject: string, a: OfExperiment, b: OfExperiment, counts: Counts): readonly Difference[] {
  const [, left] = a;
  const [, right] = b;
  const step: StepReference = { index: left.index, title: left.title };
  const [askedA, askedB] = [left, right].map(({ probes, checks }) => probes.length + checks.length > 0);
  if (askedA !== askedB) {
    const why = (askedA ? right : left).detail;
    return missing(askedA ? 'a' : 'b', [`${step.index}. ${step.title}`], { what: 'step', subject, why: why || null });
  }
  // Of a step that asks, the verdict follows from what was seen.
  const verdict =
    askedA || left.verdict === right.verdict
      ? []
      : [{ kind: 'verdict', subject, step, a: left.verdict, b: right.verdict } as const];
  const place = { subject, step };
  return [
    ...verdict,
    ...diffProbes(left.probes.map(named), right.probes.map(named), place, counts),
    ...diffChecks(place, a, b, counts),
  ];
}

function named(probe: ProbeResult): NamedProbe {
  return { ...probe, name: probe.by === 'name' ? probe.target : null };
}

function diffChecks(
  place: { subject: string; step: StepReference },
  [experimentA, left]: OfExperiment,
  [experimentB, right]: OfExperiment,
  counts: Counts,
): readonly Difference[] {
  const key = ({ kind, subject }: CheckResult) => `${kind} ${subject}`;
  const { both, onlyA, onlyB } = pairUp(left.checks, right.checks, key, key);
  counts.checks += both.length;
  const differing = both.flatMap(([one, other]): readonly CheckDifference[] => {
    const a = { verdict: one.verdict, seen: seenOf(one, experimentA) };
    const b = { verdict: other.verdict, seen: seenOf(other, experimentB) };
    if (a.verdict === b.verdict && a.seen === b.seen) return [];
    return [{ kind: 'check', ...place, check: one.kind, of: one.subject, a, b }];
  });
  const name = ({ subject }: CheckResult) => subject;
  return [...differing, ...missingOnEither(onlyA.map(name), onlyB.map(name), { what: 'check', ...place })];
}

/** What a program wrote is its own: of logs the verdict counts alone. Nor is what an error says a sight. */
function seenOf({ kind, verdict, seen }: CheckResult, { nodes }: ExperimentResult): string {
  return kind === 'logs' || verdict === 'not-measured' ? '' : plainSeen(seen, nodes);
}
