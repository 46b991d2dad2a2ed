import type { NodeLetter, WaitCondition } from '../experiment/language/definition.ts';
import { stopped } from './change.ts';
import { partyOf, standsOf } from './party.ts';
import { nodeOf } from './stand.ts';
import type { World } from './world.ts';

/** What is known once a step has waited until something held. */
export function afterWait(world: World, condition: WaitCondition): World {
  switch (condition.kind) {
    case 'name':
      return condition.answers
        ? heardOf(world, condition.from, condition.name)
        : forgotten(world, condition.from, condition.name);
    case 'reached':
      return condition.equals && condition.by === 'name' ? heardOf(world, condition.from, condition.to) : world;
    case 'running':
      return condition.equals ? world : stopped(world, condition.container);
    case 'node-state':
    case 'tasks':
      return world;
  }
}

function observerOf(world: World, from: string): NodeLetter | null {
  const party = partyOf(world, from);
  const [first] = party === null ? [] : standsOf(world, party);
  return first === undefined ? null : nodeOf(world, first.stand);
}

function heardOf(world: World, from: string, name: string): World {
  const observer = observerOf(world, from);
  const container = world.containers.get(name);
  if (observer === null || container === undefined) return world;
  const gossip = new Map(world.gossip);
  gossip.delete(`${observer}>${container.node}`);
  return { ...world, gossip, heard: new Set([...world.heard, `${observer}>${name}`]) };
}

function forgotten(world: World, from: string, name: string): World {
  const observer = observerOf(world, from);
  const container = world.containers.get(name);
  if (observer === null || container === undefined) return world;
  const pair = `${observer}>${container.node}`;
  const gossip = new Map(world.gossip);
  if (gossip.has(pair)) gossip.set(pair, 'forgotten');
  return { ...world, gossip, forgotten: new Set([...world.forgotten, `${observer}>${name}`]) };
}
