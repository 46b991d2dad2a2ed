import { deadline } from '../core/deadline.ts';
import { messageOf } from '../core/errors.ts';
import type { Awaiting } from '../core/steps.ts';
import { type Bench, nodeOf } from '../experiment/build/bench.ts';
import { type End, parseEnd } from '../experiment/language/ends.ts';
import type { CauseSeen } from '../experiment/question.ts';
import type { Causes, LookInto, StepSeen } from '../experiment/run/seen.ts';
import type { CellSeen, DriverSeen } from '../experiment/scope/measure.ts';
import { expectCell } from '../model/expect.ts';
import type { Circumstances } from '../model/expectation.ts';
import type { Outcome } from '../probe/types.ts';
import { judgeOutcome } from '../verdict/experiment.ts';
import { judge } from '../verdict/judge.ts';
import { type ExplainRequest, explainPair } from './explain.ts';

type Scene = Parameters<LookInto>[1];

/** What differs in a table is mostly alike, and each pair takes seconds. */
const pairsPerStep = 4;
const pairsPerDriver = 2;
const pairTimeoutMs = 30_000;

/** Where a pair is looked into. */
export interface Ground extends Pick<ExplainRequest, 'plan' | 'connections' | 'signal'> {
  awaiting: Awaiting;
}

/**
 * Why cells of a step came out otherwise than expected, of the first few pairs; with `all`, why pairs were not reached, of each
 * that was not, as expected or not. One after the other. What cannot be explained says so. Rejects only when interrupted.
 */
export async function lookIntoStep(seen: StepSeen, scene: Scene, all: boolean, signal: AbortSignal): Promise<Causes> {
  const causes = new Map<string, CauseSeen>();
  if (seen.probe === null) return causes;
  const { by } = seen.probe;
  const { plan, connections } = scene.bench;
  const ground = { plan, connections, signal, awaiting: scene.awaiting };
  const wanted = seen.cells.flatMap(({ cell, probes }) => {
    const probe = tellingProbe(probes, (outcome) => judgeOutcome(cell.expected, outcome) === 'differs', all);
    const [from, to] = [selectorOf(scene, cell.from), selectorOf(scene, cell.to)];
    return probe === null || from === null || to === null ? [] : [{ cell, probe, from, to }];
  });
  for (const { cell, probe, from, to } of all ? wanted : wanted.slice(0, pairsPerStep)) {
    scene.awaiting(`why ${cell.from} and ${cell.to} came out so`);
    const choice = { by, protocol: probe.protocol, port: probe.port };
    const cause = await lookIntoPair(ground, { from, to, choice }, probe.outcome);
    if (cause !== null) causes.set(`${cell.from}>${cell.to}`, cause);
  }
  return causes;
}

/**
 * Why cells of a driver in the scope report came out otherwise than expected: of two pairs at most, each of which is looked into
 * in one direction. Rejects only when interrupted.
 */
export async function lookIntoDriver(
  seen: DriverSeen,
  circumstances: Circumstances,
  ground: Ground,
): Promise<DriverSeen> {
  const causes = new Map<CellSeen, CauseSeen>();
  const pairs = new Set<string>();
  for (const cell of seen.cells) {
    const { expected } = expectCell(cell.cell.question, circumstances);
    const probe = tellingProbe(cell.observations, (outcome) => judge(expected, outcome) === 'differs', false);
    const pair = [cell.from, cell.to].toSorted().join(' ');
    if (probe === null || pairs.has(pair) || pairs.size >= pairsPerDriver) continue;
    pairs.add(pair);
    const { from, to } = cell;
    ground.awaiting(`why ${from} and ${to} came out so`);
    const choice = { by: cell.cell.question.by, protocol: probe.protocol, port: null };
    const cause = await lookIntoPair(ground, { from, to, choice }, probe.outcome);
    if (cause !== null) causes.set(cell, cause);
  }
  return { ...seen, cells: seen.cells.map((cell) => ({ ...cell, cause: causes.get(cell) })) };
}

/** The probe of a cell that is looked into: one that differs; else, with `all`, one that did not arrive. Null: none is. */
function tellingProbe<P extends { outcome: Outcome }>(
  probes: readonly P[],
  differs: (outcome: Outcome) => boolean,
  all: boolean,
): P | null {
  const lost = ({ outcome }: P) => all && outcome !== 'reached' && outcome !== 'not-measured';
  return probes.find(({ outcome }) => differs(outcome)) ?? probes.find(lost) ?? null;
}

/** Null where it tells nothing: what was not reached before is reached now. */
async function lookIntoPair(
  { signal, ...ground }: Ground,
  pair: Pick<ExplainRequest, 'from' | 'to' | 'choice'>,
  outcome: Outcome,
): Promise<CauseSeen | null> {
  using limit = deadline({ signal, timeoutMs: pairTimeoutMs, awaiting: `the cause of ${pair.from} to ${pair.to}` });
  try {
    const { diagnosis } = await explainPair({ ...ground, ...pair, signal: limit });
    const { id, sentence, node } = diagnosis.cause;
    return id === 'reached' && outcome !== 'reached' ? null : { id, sentence, node };
  } catch (error) {
    signal.throwIfAborted();
    return { id: 'undecided', sentence: `it could not be looked into: ${messageOf(error)}`, node: null };
  }
}

/** An end of an experiment as `explain` selects it; null for services, which are several. */
function selectorOf({ bench, containers }: Scene, name: string): string | null {
  const end = parseEnd(name);
  return end === null ? null : selectorOfEnd(end, bench, containers);
}

function selectorOfEnd(end: End, bench: Bench, containers: Scene['containers']): string | null {
  switch (end.kind) {
    case 'lan':
    case 'world':
      return end.kind;
    case 'node':
      return `node:${nodeOf(bench, end.node).name}`;
    case 'service':
      return null;
    case 'container': {
      const container = containers.get(end.name);
      return container === undefined ? null : `${container.node}/${end.name}`;
    }
  }
}
