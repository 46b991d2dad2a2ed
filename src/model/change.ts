import type { NodeLetter } from '../experiment/language/definition.ts';
import type { ContainerWorld, NodeWorld, World } from './world.ts';

export function withNode(world: World, letter: NodeLetter, change: Partial<NodeWorld>): World {
  const node = world.nodes.get(letter);
  return node === undefined ? world : { ...world, nodes: new Map([...world.nodes, [letter, { ...node, ...change }]]) };
}

export function withContainer(
  world: World,
  name: string,
  change: (container: ContainerWorld) => ContainerWorld,
): World {
  const container = world.containers.get(name);
  return container === undefined
    ? world
    : { ...world, containers: new Map([...world.containers, [name, change(container)]]) };
}

/** Who lodges with it is left in a namespace that has lost its interfaces. */
export function stopped(world: World, name: string): World {
  const container = world.containers.get(name);
  if (container === undefined) return world;
  const containers = [...world.containers].map(([key, one]): [string, ContainerWorld] => {
    if (key === name) return [key, { ...one, running: false }];
    const lodges = container.attach.kind === 'networks' && one.attach.kind === 'container' && one.attach.name === name;
    return [key, lodges ? { ...one, abandoned: true } : one];
  });
  return { ...world, containers: new Map(containers) };
}
