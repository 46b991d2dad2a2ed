import { deadline } from '../core/deadline.ts';
import { messageOf } from '../core/errors.ts';
import { type Bench, nodeOf } from '../experiment/build/bench.ts';
import { type End, parseEnd } from '../experiment/language/ends.ts';
import type { Causes, CellSeen, LookInto, StepSeen } from '../experiment/run/seen.ts';
import { judgeOutcome } from '../verdict/experiment.ts';
import { explainPair } from './explain.ts';

type Scene = Parameters<LookInto>[1];

/** A table may have hundreds of blocked pairs; they are alike, and each takes seconds. */
const pairsPerStep = 4;
const pairTimeoutMs = 30_000;

/**
 * Why cells of a step came out otherwise than expected, or, with `all`, why they were not reached: a few distinct pairs, one
 * by one. What cannot be explained has no cause. Rejects only when interrupted.
 */
export async function lookIntoStep(seen: StepSeen, scene: Scene, all: boolean, signal: AbortSignal): Promise<Causes> {
  const causes = new Map<string, { id: string; sentence: string; node: string | null }>();
  const wanted = seen.cells.filter((cell) => isWanted(cell, all)).slice(0, pairsPerStep);
  for (const { cell, probes } of wanted) {
    const [from, to] = [selectorOf(scene, cell.from), selectorOf(scene, cell.to)];
    const bad = probes.find(({ outcome }) => outcome !== 'reached') ?? probes[0];
    if (from === null || to === null || bad === undefined || seen.probe === null) continue;
    scene.awaiting(`why ${cell.from} and ${cell.to} came out so`);
    using limit = deadline({ signal, timeoutMs: pairTimeoutMs, awaiting: `the cause of ${cell.from} to ${cell.to}` });
    try {
      const { plan, connections } = scene.bench;
      const choice = { by: seen.probe.by, protocol: bad.protocol, port: bad.port };
      const { diagnosis } = await explainPair({ plan, connections, from, to, choice, signal: limit });
      const { id, sentence, node } = diagnosis.cause;
      // Reached by now: that says nothing of why it was not.
      if (id !== 'reached') causes.set(`${cell.from}>${cell.to}`, { id, sentence, node });
    } catch (error) {
      signal.throwIfAborted();
      const sentence = `it could not be looked into: ${messageOf(error)}`;
      causes.set(`${cell.from}>${cell.to}`, { id: 'undecided', sentence, node: null });
    }
  }
  return causes;
}

function isWanted({ cell, probes }: CellSeen, all: boolean): boolean {
  const outcomes = probes.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'not-measured');
  if (outcomes.some((outcome) => judgeOutcome(cell.expected, outcome) === 'differs')) return true;
  return all && outcomes.some((outcome) => outcome !== 'reached');
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
