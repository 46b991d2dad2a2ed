import { type LabError, wrongInput } from '../../core/errors.ts';
import { nearMiss } from '../../core/near-miss.ts';
import type { LabPlan } from '../../plan/types.ts';
import { execLine } from '../by-hand.ts';
import type { PresentContainer } from './running.ts';

/** Who asks or is asked. */
export type ChosenEnd =
  | { kind: 'container'; id: string; container: PresentContainer }
  | { kind: 'machine'; id: string; machine: string; name: string; address: string };

/**
 * `node/container`, a container's bare name where it is unique, `node:NAME`, `lan` (the first outsider) or `world`.
 * Throws wrong input, with what was probably meant.
 */
export function selectEnd(text: string, present: readonly PresentContainer[], plan: LabPlan): ChosenEnd {
  const end = findEnd(text, present, plan);
  if (end.kind === 'machine' || end.container.view.running) return end;
  const { id, node, view } = end.container;
  const hint = execLine(plan.lab, node, ['docker', 'start', view.name]);
  throw wrongInput('selector.not-running', `${id} does not run`, [], hint);
}

/** The same, also for a container that does not run. */
export function findEnd(text: string, present: readonly PresentContainer[], plan: LabPlan): ChosenEnd {
  const machine = machineEnd(text, plan);
  if (machine !== null) return machine;
  if (text.startsWith('node:')) throw unknownNode(text, plan);
  if (text === 'lan') {
    throw wrongInput(
      'selector.no-outsider',
      `lab ${plan.lab} has no outsider on its LAN`,
      [],
      'swarmlab up --outsiders 1',
    );
  }
  const matching = present.filter(({ id, view }) => id === text || (!text.includes('/') && view.name === text));
  const [first] = matching;
  if (matching.length > 1) {
    const ids = matching.map(({ id }) => id).join(', ');
    throw wrongInput('selector.ambiguous', `${text} is the name of several containers`, [], `say which: ${ids}`);
  }
  if (first === undefined) throw unknownContainer(text, present, plan);
  return { kind: 'container', id: first.id, container: first };
}

/** Selectors of all machines, for completion and messages. */
function machineEnds(plan: LabPlan): readonly Extract<ChosenEnd, { kind: 'machine' }>[] {
  const { nodes, world } = plan;
  const outsider = nodes.find(({ role }) => role === 'outsider');
  const end = (id: string, { name, address }: { name: string; address: string }) =>
    ({ kind: 'machine', id, machine: name, name, address }) as const;
  return [
    ...nodes.map((node) => end(`node:${node.name}`, node)),
    ...(outsider === undefined ? [] : [end('lan', outsider)]),
    end('world', world),
  ];
}

function machineEnd(text: string, plan: LabPlan): ChosenEnd | null {
  return machineEnds(plan).find(({ id }) => id === text) ?? null;
}

function unknownNode(text: string, plan: LabPlan): LabError {
  const ids = machineEnds(plan)
    .map(({ id }) => id)
    .filter((id) => id.startsWith('node:'));
  const near = nearMiss(text, ids);
  const hint = near === null ? `there is: ${ids.join(', ')}` : `did you mean ${near}?`;
  return wrongInput('selector.unknown', `lab ${plan.lab} has no ${text}`, [], hint);
}

function unknownContainer(text: string, present: readonly PresentContainer[], plan: LabPlan): LabError {
  const machines = machineEnds(plan).map(({ id }) => id);
  const containers = present.flatMap(({ id, view }) => [id, view.name]);
  const near = plan.nodes.some(({ name }) => name === text)
    ? `node:${text}`
    : nearMiss(text, [...containers, ...machines]);
  const running = present.filter(({ view }) => view.running).map(({ id }) => id);
  const there = [...running.slice(0, 12), ...(running.length > 12 ? [`${running.length - 12} more`] : [])];
  const hint = near === null ? `there is: ${[...there, ...machines].join(', ')}` : `did you mean ${near}?`;
  return wrongInput('selector.unknown', `lab ${plan.lab} has no container ${text}`, [], hint);
}
