import { LabError } from '../../core/errors.ts';
import { connectionTo } from '../build/bench.ts';
import type { ActorState, Scene } from '../build/scene.ts';

/** Of each target, all addresses that it has; of a service those of each task. */
export function addressesOfTargets(
  scene: Scene,
  targets: readonly string[] | null,
): readonly (readonly string[])[] | null {
  if (targets === null) return null;
  return targets.flatMap((target) => {
    const service = scene.services.get(target.replace(/^svc:/, ''));
    const actors: readonly ActorState[] = service !== undefined ? service.tasks : [targetNamed(scene, target)];
    return actors.map(({ addresses }) => Object.values(addresses));
  });
}

/** One that does not run although it should has no address that could be compared with. */
function targetNamed(scene: Scene, name: string): ActorState {
  return actorNamed(scene, name).meantToBeDown ? actorNamed(scene, name) : running(scene, name);
}

/** How its engine has it now; one that the engine should know and does not cannot be looked at. */
export async function lookAgain(scene: Scene, name: string): Promise<ActorState> {
  const actor = actorNamed(scene, name);
  actor.view = await connectionTo(scene.bench, actor.node).engine.inspectContainer(name, scene.signal);
  if (actor.view !== null || actor.meantToBeDown) return actor;
  throw new LabError({ code: 'run.look', message: `the engine of ${actor.node} does not know a container ${name}` });
}

export function actorNamed(scene: Scene, name: string): ActorState {
  const actor = scene.containers.get(name);
  if (actor !== undefined) return actor;
  throw new LabError({ code: 'run.look', message: `there is no container ${name}` });
}

/** One that runs; throws where it does not. */
export function running(scene: Scene, name: string): ActorState {
  const actor = actorNamed(scene, name);
  if (actor.view?.running === true) return actor;
  throw new LabError({ code: 'run.not-running', message: `${name} is not running` });
}
