import type { ActionDefinition, Experiment, NodeLetter } from './definition.ts';
import { parseEnd } from './ends.ts';
import { nodeLetters } from './vocabulary.ts';

type Built = Pick<Experiment, 'networks' | 'containers' | 'services' | 'steps'>;

/** The nodes that an experiment names, in order. */
export function lettersOf({ networks, containers, services, steps }: Built): NodeLetter[] {
  const used = new Set<NodeLetter>([
    ...networks.flatMap(({ nodes }) => nodes),
    ...containers.map(({ node }) => node),
    ...services.flatMap(({ nodes }) => nodes ?? []),
    ...steps.flatMap(({ action }) => lettersOfAction(action)),
  ]);
  return nodeLetters.filter((letter) => used.has(letter));
}

/** Whether it needs a machine on the LAN outside the swarm. */
export function usesOutsider({ steps }: Pick<Built, 'steps'>): boolean {
  return steps.some(
    ({ action }) => endsOf(action).includes('lan') || (action.kind === 'route' && action.node === 'lan'),
  );
}

/** Whether a step changes the swarm's ports or members. */
export function disturbsSwarm(action: ActionDefinition): boolean {
  switch (action.kind) {
    case 'block':
    case 'open':
    case 'drain':
    case 'activate':
    case 'promote':
    case 'demote':
    case 'leave':
    case 'join':
    case 'lose':
    case 'revive':
      return true;
    default:
      return false;
  }
}

/** Who probes and is probed in a step. */
export function endsOf(action: ActionDefinition): string[] {
  if (action.kind === 'probe') {
    return action.probe.variants.flatMap(({ cells }) => cells.flatMap(({ from, to }) => [from, to]));
  }
  if (action.kind !== 'wait') return [];
  const { condition } = action;
  if (condition.kind === 'name') return [condition.from];
  return condition.kind === 'reached' ? [condition.from, condition.to] : [];
}

function lettersOfAction(action: ActionDefinition | { kind: 'create-network' }): NodeLetter[] {
  if (action.kind === 'create-network') return [];
  const ends = endsOf(action).flatMap((text) => {
    const end = parseEnd(text);
    return end?.kind === 'node' ? [end.node] : [];
  });
  switch (action.kind) {
    case 'check':
      return action.checks.flatMap((check) => ('node' in check ? [check.node] : []));
    case 'wait':
      return action.condition.kind === 'node-state' ? [action.condition.node] : ends;
    case 'run':
      return action.in.kind === 'node' ? [action.in.node] : [];
    case 'refused':
      return lettersOfAction(action.action);
    case 'route':
      return [...(action.node === 'lan' ? [] : [action.node]), action.to.node, action.via];
    case 'block':
    case 'open':
    case 'drain':
    case 'activate':
    case 'promote':
    case 'demote':
    case 'leave':
    case 'join':
    case 'lose':
    case 'revive':
      return [action.node];
    default:
      return ends;
  }
}
