import { connectionTo, nodeOf } from '../build/bench.ts';
import { managerOf } from '../build/build.ts';
import type { Scene } from '../build/scene.ts';
import type { NodeLetter } from '../language/definition.ts';
import type { Done } from './actions.ts';
import { onMachine } from './by-hand.ts';
import { swarmNode } from './membership.ts';

/** Changes what a node is in the swarm, as `docker node` does. */
export async function changeMember(
  scene: Scene,
  kind: 'drain' | 'activate' | 'promote' | 'demote',
  letter: NodeLetter,
): Promise<Done> {
  const { bench, signal } = scene;
  const node = nodeOf(bench, letter).name;
  const manager = managerOf(scene);
  const { id } = await swarmNode(bench, manager, node, signal);
  const { work } = connectionTo(bench, manager);
  const planned = nodeOf(bench, letter).role;
  switch (kind) {
    case 'drain':
      await work.updateSwarmNode(id, { availability: 'drain' }, signal);
      scene.faults.add(`drained ${node}`);
      return {
        detail: `${node} is drained`,
        commands: [onMachine(bench, manager, ['docker', 'node', 'update', '--availability', 'drain', node])],
      };
    case 'activate':
      await work.updateSwarmNode(id, { availability: 'active' }, signal);
      scene.faults.delete(`drained ${node}`);
      return {
        detail: `${node} is active`,
        commands: [onMachine(bench, manager, ['docker', 'node', 'update', '--availability', 'active', node])],
      };
    case 'promote':
      await work.updateSwarmNode(id, { role: 'manager' }, signal);
      scene.faults.delete(`demoted ${node}`);
      if (planned !== 'manager') scene.faults.add(`promoted ${node}`);
      return {
        detail: `${node} is a manager`,
        commands: [onMachine(bench, manager, ['docker', 'node', 'promote', node])],
      };
    case 'demote':
      await work.updateSwarmNode(id, { role: 'worker' }, signal);
      scene.faults.delete(`promoted ${node}`);
      if (planned === 'manager') scene.faults.add(`demoted ${node}`);
      return {
        detail: `${node} is a worker`,
        commands: [onMachine(bench, manager, ['docker', 'node', 'demote', node])],
      };
  }
}
