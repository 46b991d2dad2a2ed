import { LabError } from '../../core/errors.ts';
import { connectionTo, nodeOf, onEngine } from '../build/bench.ts';
import { createNetwork, createPatiently, createService, managerOf } from '../build/build.ts';
import type { Scene } from '../build/scene.ts';
import type { ActionDefinition } from '../language/definition.ts';
import { connect, connectOptions } from './attach.ts';
import { onMachine } from './by-hand.ts';
import { addFault, addRoute, removeFault } from './faults.ts';
import { changeMember } from './member-actions.ts';
import { joinAgain } from './membership.ts';

/** A step that changes something. */
export type Deed =
  | Exclude<ActionDefinition, { kind: 'probe' | 'check' | 'wait' | 'run' | 'refused' }>
  | { kind: 'create-network'; network: string };

/** What was done, in a sentence, and how to do it by hand. */
export interface Done {
  detail: string;
  commands: readonly string[];
}

const graceSeconds = 0;

/** Does it, an attachment that comes too late so many times; throws with the engine's message. */
export async function perform(scene: Scene, deed: Deed, tries: number): Promise<Done> {
  const { bench, signal } = scene;
  switch (deed.kind) {
    case 'create': {
      const definition = scene.containers.get(deed.container)?.definition;
      if (definition === undefined) throw unknown(`container ${deed.container}`);
      await createPatiently(scene, definition, tries);
      return { detail: `${deed.container} runs on ${definition.node}`, commands: [] };
    }
    case 'create-network': {
      const networks = scene.experiment.networks.filter(({ name }) => name === deed.network);
      for (const network of networks) await createNetwork(scene, network);
      return { detail: `${deed.network} was made`, commands: [] };
    }
    case 'create-service': {
      const definition = scene.experiment.services.find(({ name }) => name === deed.service);
      if (definition === undefined) throw unknown(`service ${deed.service}`);
      await createService(scene, definition);
      return { detail: `${deed.service} was made`, commands: [] };
    }
    case 'connect': {
      const { network } = deed.attachment;
      const command = await onContainer(
        scene,
        deed.container,
        ['network', 'connect', ...connectOptions(deed.attachment), network, deed.container],
        (work) => connect(scene, work, deed, tries),
      );
      return { detail: `${deed.container} is on ${network} too`, commands: [command] };
    }
    case 'disconnect': {
      const command = await onContainer(
        scene,
        deed.container,
        ['network', 'disconnect', deed.network, deed.container],
        (work) => work.disconnectContainer(deed.network, deed.container, signal),
      );
      const actor = scene.containers.get(deed.container);
      if (actor !== undefined)
        actor.addresses = Object.fromEntries(Object.entries(actor.addresses).filter(([name]) => name !== deed.network));
      return { detail: `${deed.container} is off ${deed.network}`, commands: [command] };
    }
    case 'start':
    case 'stop':
    case 'restart':
    case 'remove':
      return changeState(scene, deed.kind, deed.container);
    case 'scale': {
      const manager = managerOf(scene);
      await onEngine(bench, manager, signal, ({ work }) => work.scaleService(deed.service, deed.replicas, signal));
      const service = scene.services.get(deed.service);
      if (service !== undefined)
        scene.services.set(deed.service, {
          ...service,
          definition: { ...service.definition, replicas: deed.replicas },
        });
      scene.unsettled = true;
      const command = onMachine(bench, manager, ['docker', 'service', 'scale', `${deed.service}=${deed.replicas}`]);
      return { detail: `${deed.service} is to have ${deed.replicas} tasks`, commands: [command] };
    }
    case 'block':
    case 'open': {
      const node = nodeOf(bench, deed.node).name;
      const { direction, protocol, port } = deed;
      const fault = { node, direction, protocol, port };
      const name = `${port === null ? '' : `${port}/`}${protocol}`;
      const key = `block ${node} ${direction} ${name}`;
      if (deed.kind === 'block') {
        await addFault(bench, fault, signal);
        scene.faults.add(key);
        return { detail: `${name} is dropped at ${node}, ${wordsOf(direction)}`, commands: [] };
      }
      await removeFault(bench, fault, signal);
      scene.faults.delete(key);
      scene.unsettled = true;
      return { detail: `${name} is open again at ${node}, ${wordsOf(direction)}`, commands: [] };
    }
    case 'lose':
    case 'revive': {
      // Cut off at its interface: a stopped engine process would leave its containers reachable and could not be asked any more.
      const node = nodeOf(bench, deed.node).name;
      const fault = { node, direction: 'both', protocol: 'all', port: null } as const;
      if (deed.kind === 'lose') {
        await addFault(bench, fault, signal);
        scene.faults.add(`lost ${node}`);
        return {
          detail: `${node} is cut off: all that comes or goes by its interface on the segment is dropped`,
          commands: [],
        };
      }
      await removeFault(bench, fault, signal);
      scene.faults.delete(`lost ${node}`);
      scene.unsettled = true;
      return { detail: `${node} is on the segment again`, commands: [] };
    }
    case 'drain':
    case 'activate':
    case 'promote':
    case 'demote':
      return changeMember(scene, deed.kind, deed.node);
    case 'leave': {
      const node = nodeOf(bench, deed.node).name;
      await connectionTo(bench, node).engine.leaveSwarm(signal);
      scene.faults.add(`left ${node}`);
      return {
        detail: `${node} left the swarm`,
        commands: [onMachine(bench, node, ['docker', 'swarm', 'leave', '--force'])],
      };
    }
    case 'join': {
      const node = nodeOf(bench, deed.node).name;
      await joinAgain(bench, node, signal, scene.awaiting);
      for (const fault of [`left ${node}`, `drained ${node}`, `demoted ${node}`, `promoted ${node}`])
        scene.faults.delete(fault);
      scene.unsettled = true;
      return { detail: `${node} is in the swarm, and Ready`, commands: [] };
    }
    case 'route': {
      const machine = deed.node === 'lan' ? bench.outsider?.name : nodeOf(bench, deed.node).name;
      if (machine === undefined) throw unknown('outsider');
      const target = nodeOf(bench, deed.to.node).name;
      const view = await connectionTo(bench, target).engine.inspectNetwork(deed.to.network, signal);
      const subnet = view?.subnets[0];
      if (subnet === undefined) throw unknown(`network ${deed.to.network} on ${target}`);
      const via = nodeOf(bench, deed.via).address;
      scene.routes.push({ machine, subnet });
      await addRoute(bench, machine, subnet, via, signal);
      return {
        detail: `${machine} sends what is for ${subnet} to ${via}`,
        commands: [onMachine(bench, machine, ['ip', 'route', 'add', subnet, 'via', via])],
      };
    }
  }
}

function wordsOf(direction: 'in' | 'out' | 'both'): string {
  switch (direction) {
    case 'in':
      return 'inward';
    case 'out':
      return 'outward';
    case 'both':
      return 'both ways';
  }
}

function unknown(what: string): LabError {
  return new LabError({
    code: 'run.unknown',
    message: `there is no ${what}`,
    hint: 'the experiment names something that the lab has not',
  });
}

/** Does something to a container over its engine; gives the line that does it by hand. */
async function onContainer(
  scene: Scene,
  container: string,
  words: readonly string[],
  task: (
    work: ReturnType<typeof connectionTo>['work'],
    engine: ReturnType<typeof connectionTo>['engine'],
  ) => Promise<void>,
): Promise<string> {
  const { bench, signal } = scene;
  const actor = scene.containers.get(container);
  if (actor === undefined) throw unknown(`container ${container}`);
  await onEngine(bench, actor.node, signal, ({ work }, engine) => task(work, engine));
  scene.unsettled = true;
  return onMachine(bench, actor.node, ['docker', ...words]);
}

async function changeState(
  scene: Scene,
  kind: 'start' | 'stop' | 'restart' | 'remove',
  container: string,
): Promise<Done> {
  const { signal } = scene;
  const actor = scene.containers.get(container);
  if (actor !== undefined) actor.meantToBeDown = kind === 'stop' || kind === 'remove';
  switch (kind) {
    case 'start':
      return {
        commands: [
          await onContainer(scene, container, ['start', container], (_work, engine) =>
            engine.startContainer(container, signal),
          ),
        ],
        detail: `${container} was started`,
      };
    case 'stop':
      return {
        commands: [
          await onContainer(scene, container, ['stop', container], (work) =>
            work.stopContainer(container, graceSeconds, signal),
          ),
        ],
        detail: `${container} was stopped`,
      };
    case 'restart':
      return {
        commands: [
          await onContainer(scene, container, ['restart', container], (work) =>
            work.restartContainer(container, graceSeconds, signal),
          ),
        ],
        detail: `${container} was restarted`,
      };
    case 'remove':
      return {
        commands: [
          await onContainer(scene, container, ['rm', '-f', container], (_work, engine) =>
            engine.removeContainer(container, signal),
          ),
        ],
        detail: `${container} was removed`,
      };
  }
}
