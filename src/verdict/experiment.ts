import type { Bench } from '../experiment/build/bench.ts';
import type { CellDefinition, ExpectedOutcome, Experiment } from '../experiment/language/definition.ts';
import type { Missing } from '../experiment/run/needs.ts';
import type { Causes, CellSeen, CheckSeen, ExperimentSeen, StepSeen } from '../experiment/run/seen.ts';
import { type Expected, fulfilledBy } from '../model/expectation.ts';
import { type CellForetold, predictExperiment } from '../model/experiment.ts';
import type { Foretold } from '../model/rule.ts';
import type { Circumstance } from '../model/start.ts';
import type { Outcome } from '../probe/types.ts';
import { judge, mostTelling, worstVerdict } from './judge.ts';
import type {
  CellVerdict,
  CheckResult,
  ContainerFacts,
  ExperimentResult,
  ProbeResult,
  StepResult,
} from './run-types.ts';
import type { Verdict } from './types.ts';

/** Compares what was seen with a word of a table. What could not be measured is neither; `any` is fulfilled by whatever was measured. */
export function judgeOutcome(expected: ExpectedOutcome, outcome: Outcome): Verdict {
  if (outcome === 'not-measured') return 'not-measured';
  switch (expected) {
    case 'any':
      return 'as-expected';
    case 'reached':
    case 'not-reached':
    case 'no-name':
    case 'no-resolver':
      return judge(expected, outcome);
    default:
      return expected === outcome ? 'as-expected' : 'differs';
  }
}

/** Whether an outcome that the model foretells would always fulfil what a table says; never for one that it cannot tell. */
export function isWithin(foretold: Foretold, stated: ExpectedOutcome): boolean {
  if (foretold === 'undecided') return false;
  const outcomes: readonly Outcome[] = isExpected(foretold) ? fulfilledBy[foretold] : [foretold];
  return outcomes.every((outcome) => judgeOutcome(stated, outcome) === 'as-expected');
}

function isExpected(foretold: string): foretold is Expected {
  return Object.hasOwn(fulfilledBy, foretold);
}

/** An experiment's verdict out of what was seen of it. Pure and total. */
export function judgeExperiment(
  experiment: Experiment,
  seen: ExperimentSeen,
  about: { bench: Circumstance; undo: string },
): ExperimentResult {
  const foretold = foretoldByCell(experiment, about.bench);
  const steps = seen.steps.map((step) => judgeStep(step, foretold));
  const verdicts = steps.map(({ verdict }) => verdict);
  const verdict = seen.failure === null ? worstVerdict(verdicts) : worstVerdict([...verdicts, 'not-measured']);
  return {
    ...base(experiment, about.bench),
    verdict,
    failure: seen.failure,
    containers: seen.containers.map((one) => ({ ...one, ...groupOf(experiment, one.name) })),
    steps,
    kept: seen.kept ? { undo: about.undo } : null,
    notes: seen.notes,
    durationMs: seen.durationMs,
  };
}

function groupOf({ containers }: Experiment, container: string): Pick<ContainerFacts, 'group'> {
  const group = containers.find(({ name }) => name === container)?.group ?? null;
  return group === null ? {} : { group };
}

type ForetoldByCell = ReadonlyMap<CellDefinition, CellForetold['probes']>;

function foretoldByCell(experiment: Experiment, bench: Circumstance): ForetoldByCell {
  const cells = predictExperiment(experiment, bench).flatMap((step) => step.cells);
  return new Map(cells.map(({ cell, probes }) => [cell, probes]));
}

/** One that was not run, for want of something. */
export function skipExperiment(
  experiment: Experiment,
  missing: readonly Missing[],
  bench: Pick<Bench, 'nodes' | 'plan'>,
): ExperimentResult {
  return { ...base(experiment, bench), verdict: 'skipped', skipped: skippedFor(missing) };
}

export function skippedFor(missing: readonly Missing[]): NonNullable<ExperimentResult['skipped']> {
  const what = [...new Set(missing.map((one) => one.what))].join(', ');
  const reason = missing[0]?.reason ?? '';
  return { sentence: `needs ${what}: ${reason}`, missing };
}

/** One that was not run because nobody could say whether it can, or because its lab could not be made. */
export function failExperiment(
  experiment: Experiment,
  failure: NonNullable<ExperimentResult['failure']>,
  bench: Pick<Bench, 'nodes' | 'plan'>,
): ExperimentResult {
  return { ...base(experiment, bench), verdict: 'not-measured', failure };
}

function base(experiment: Experiment, { nodes, plan }: Pick<Bench, 'nodes' | 'plan'>): ExperimentResult {
  const used = new Set([
    ...experiment.containers.map(({ node }) => node),
    ...experiment.networks.flatMap((network) => network.nodes),
  ]);
  return {
    id: experiment.id,
    title: experiment.title,
    verdict: 'not-measured',
    skipped: null,
    failure: null,
    nodes: [...nodes]
      .filter(([letter]) => used.has(letter) || letter === 'A')
      .map(([letter, { name, address }]) => ({ letter, name, address })),
    containers: [],
    steps: [],
    disturbs: experiment.disturbs,
    lab: plan.lab,
    kept: null,
    file: experiment.file,
    notes: [],
    durationMs: 0,
  };
}

/** One step. One that could not be done, or not be reached, is not measured; a wait unfulfilled too. */
export function judgeStep(seen: StepSeen, foretold: ForetoldByCell = new Map()): StepResult {
  const { step, probe } = seen;
  const probes: ProbeResult[] = [];
  const cells = seen.cells.map((cell) => judgeCellSeen(cell, probe?.by ?? 'ip', probes, foretold, seen.causes));
  const checks = seen.checks.map(judgeCheck);
  return {
    title: step.title,
    because: step.because,
    see: step.see,
    kind: step.action.kind,
    line: step.line,
    verdict: stepVerdict(seen, [...cells.map(({ verdict }) => verdict), ...checks.map(({ verdict }) => verdict)]),
    detail: seen.detail,
    commands: seen.commands,
    asked:
      probe === null
        ? null
        : { by: probe.by, network: probe.network, name: probe.name, protocols: probe.protocols, port: probe.port },
    cells,
    probes,
    checks,
    durationMs: seen.durationMs,
  };
}

function stepVerdict({ state }: StepSeen, verdicts: readonly (Verdict | null)[]): Verdict {
  const known = verdicts.filter((verdict) => verdict !== null);
  switch (state) {
    case 'done':
      return known.length === 0 ? 'as-expected' : worstVerdict(known);
    case 'unlike':
      return 'differs';
    case 'failed':
    case 'not-reached':
      return 'not-measured';
  }
}

/** A cell with its probes, which are added to `probes`, and what the model says of them. */
export function judgeCellSeen(
  { cell, probes: seen }: CellSeen,
  by: ProbeResult['by'],
  probes: ProbeResult[],
  foretold: ForetoldByCell = new Map(),
  causes: Causes = new Map(),
): CellVerdict {
  const { from, to, line, because, see, expected } = cell;
  const first = probes.length;
  for (const { protocol, port, target, reproduce, outcome, detail, address, responder, rttMs, attempts } of seen) {
    const verdict = judgeOutcome(expected, outcome);
    const question = { from, to, by, protocol, port, target, expected };
    const prediction = foretold.get(cell)?.find(({ question: asked }) => asked.protocol === protocol)?.prediction;
    probes.push({
      ...question,
      outcome,
      detail,
      address,
      responder,
      rttMs,
      attempts,
      verdict,
      ...(prediction === undefined ? {} : { predicted: prediction.expected }),
      rule: prediction?.rule ?? null,
      // A cause is that of what was seen: a probe that was not made has none, nor one that arrived as expected.
      cause: isLookedInto(outcome, verdict) ? (causes.get(`${from}>${to}`) ?? null) : null,
      reproduce,
    });
  }
  const own = probes.slice(first);
  const judged = own.map((one) => ({ ...one, verdict: one.verdict ?? ('not-measured' as const) }));
  const verdict = worstVerdict(judged.map((one) => one.verdict));
  const outcome = own.length === 0 ? 'not-measured' : mostTelling(judged, verdict);
  const detail = own.find((one) => one.outcome === outcome)?.detail ?? '';
  return {
    from,
    to,
    expected,
    outcome,
    verdict,
    detail,
    line,
    because,
    see,
    probes: own.map((_one, index) => first + index),
  };
}

function isLookedInto(outcome: Outcome, verdict: Verdict): boolean {
  return outcome !== 'not-measured' && (outcome !== 'reached' || verdict === 'differs');
}

function judgeCheck({ check, subject, expected, seen, holds, detail, reproduce }: CheckSeen): CheckResult {
  const verdict = holds === null ? 'not-measured' : holds ? 'as-expected' : 'differs';
  return { kind: check.kind, subject, expected, seen, verdict, detail, reproduce };
}
