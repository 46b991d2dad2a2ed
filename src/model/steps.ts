import type { ActionDefinition, Experiment } from '../experiment/language/definition.ts';
import { stopped, withContainer, withNode } from './change.ts';
import { effectOf } from './commands.ts';
import { block, join, leave, lose, open, revive } from './membership.ts';
import { defaultNetwork } from './stand.ts';
import { attached, containerWorld, serviceWorld } from './start.ts';
import { afterWait } from './waits.ts';
import { type ContainerWorld, faultsInForce, networkNamed, type World } from './world.ts';

/** The world after a step went as its file means it to go. Pure. */
export function afterStep(world: World, experiment: Experiment, action: ActionDefinition): World {
  switch (action.kind) {
    case 'probe':
    // An engine that refused has changed nothing.
    case 'refused':
      return world;
    case 'check': {
      const ended = action.checks.flatMap((check) =>
        check.kind === 'running' && !check.equals ? [check.container] : [],
      );
      return ended.reduce(stopped, world);
    }
    case 'create': {
      const definition = experiment.containers.find(({ name }) => name === action.container);
      return definition === undefined ? world : arrived(world, containerWorld(world, definition));
    }
    case 'create-service': {
      const definition = experiment.services.find(({ name }) => name === action.service);
      if (definition === undefined) return world;
      return { ...world, services: new Map([...world.services, [definition.name, serviceWorld(world, definition)]]) };
    }
    case 'connect':
      return withContainer(world, action.container, (container) => {
        if (container.attach.kind !== 'networks') return container;
        const more = attached(world, container.node, action.attachment);
        const attachments = [...container.attach.attachments, ...more];
        const { fresh, deaf } = newsOfNew(world, container, more);
        return {
          ...container,
          attach: { kind: 'networks', attachments },
          unplugged: false,
          fresh: fresh || container.fresh,
          deaf: deaf || container.deaf,
        };
      });
    case 'disconnect':
      return withContainer(world, action.container, (container) => {
        if (container.attach.kind !== 'networks') return container;
        const key = networkNamed(world, action.network, container.node)?.key;
        const { attachments } = container.attach;
        const left = attachments.filter(({ network }) => network !== key);
        const portsMoved = container.running && defaultNetwork(world, container, attachments)?.key === key;
        return { ...container, attach: { kind: 'networks', attachments: left }, portsMoved };
      });
    case 'start':
      return started(world, action.container);
    case 'stop':
    // What is removed is asked for at the address that it had.
    case 'remove':
      return stopped(world, action.container);
    case 'restart':
      return started(stopped(world, action.container), action.container);
    case 'scale': {
      const service = world.services.get(action.service);
      if (service === undefined) return world;
      const shrunk = service.shrunk || action.replicas < service.replicas;
      const scaled = { ...service, replicas: action.replicas, shrunk };
      return { ...world, services: new Map([...world.services, [service.name, scaled]]) };
    }
    case 'block':
    case 'open': {
      const { node, protocol, port, direction } = action;
      return (action.kind === 'block' ? block : open)(world, node, { protocol, port, direction });
    }
    case 'lose':
      return lose(world, action.node);
    case 'revive':
      return revive(world, action.node);
    case 'leave':
      return leave(world, action.node);
    case 'join':
      return join(world, action.node);
    case 'drain':
      return withNode(world, action.node, { drained: true });
    case 'activate':
      return withNode(world, action.node, { drained: false });
    case 'promote':
    case 'demote':
      return withNode(world, action.node, { roleChanged: world.nodes.get(action.node)?.roleChanged !== true });
    case 'route': {
      const network = networkNamed(world, action.to.network, action.to.node);
      if (network === null) return world;
      return { ...world, routes: [...world.routes, { machine: action.node, network: network.key, via: action.via }] };
    }
    case 'wait':
      return afterWait(world, action.condition);
    case 'run':
      return afterCommand(world, action);
  }
}

/** Whether the news of a new end on a swarm-wide network meets a fault, and whether its node has much to be told of. */
function newsOfNew(
  world: World,
  { name, node }: ContainerWorld,
  attachments: readonly { network: string }[],
): { fresh: boolean; deaf: boolean } {
  const wide = attachments.filter(({ network }) => world.networks.get(network)?.node === null);
  const fresh = faultsInForce(world) && wide.length > 0;
  const known = (network: string) =>
    [...world.containers.values()].some(
      (one) => one.name !== name && one.node === node && one.running && !one.deaf && keysOf(one).includes(network),
    );
  return { fresh, deaf: fresh && wide.some(({ network }) => !known(network)) };
}

/** A container came: it may take an address that another one had. */
function arrived(world: World, container: ContainerWorld): World {
  const networks = new Set(keysOf(container));
  const news = newsOfNew(world, container, container.attach.kind === 'networks' ? container.attach.attachments : []);
  const containers = [...world.containers].map(([name, one]): [string, ContainerWorld] => [
    name,
    !one.running && keysOf(one).some((key) => networks.has(key)) ? { ...one, addressFree: true } : one,
  ]);
  return { ...world, containers: new Map([...containers, [container.name, { ...container, ...news }]]) };
}

function keysOf({ attach }: ContainerWorld): readonly string[] {
  return attach.kind === 'networks' ? attach.attachments.map(({ network }) => network) : [];
}

/** A lodger that starts moves in where its landlord is now. */
function started(world: World, name: string): World {
  const container = world.containers.get(name);
  if (container === undefined) return world;
  const landlord = container.attach.kind === 'container' ? world.containers.get(container.attach.name) : undefined;
  return arrived(world, {
    ...container,
    attach: named(container.attach),
    running: true,
    addressFree: false,
    portsMoved: false,
    abandoned: landlord?.running === false,
  });
}

/** An engine takes the names of a container into its DNS when it starts it. */
function named(attach: ContainerWorld['attach']): ContainerWorld['attach'] {
  if (attach.kind !== 'networks') return attach;
  return { ...attach, attachments: attach.attachments.map(({ nameless: _forgotten, ...attachment }) => attachment) };
}

function afterCommand(world: World, action: Extract<ActionDefinition, { kind: 'run' }>): World {
  const effect = effectOf(action.command);
  switch (effect.kind) {
    case 'none':
      return world;
    case 'forward-policy':
      if (action.in.kind === 'node') return withNode(world, action.in.node, { forwardPolicy: effect.policy });
      return world;
    case 'unknown': {
      const where = action.in.kind === 'node' ? `node ${action.in.node}` : action.in.name;
      return { ...world, disturbed: `a command was run in ${where} (${action.command.join(' ').slice(0, 60)})` };
    }
  }
}
