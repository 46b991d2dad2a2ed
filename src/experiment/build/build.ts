import { createCountdown } from '../../core/countdown.ts';
import { LabError } from '../../core/errors.ts';
import { settleAll } from '../../core/pool.ts';
import { withLateAttachments } from '../../swarm/run-container.ts';
import type {
  ActionDefinition,
  ContainerDefinition,
  Experiment,
  NetworkDefinition,
  ServiceDefinition,
} from '../language/definition.ts';
import { isSwarmWide } from './allot.ts';
import { nodeOf, onEngine } from './bench.ts';
import type { Scene } from './scene.ts';
import { containerSpec, endpointSpec, networkSpec, serviceSpec } from './specs.ts';

/** Networks, containers and services of an experiment, as far as no step makes them. Throws with the engine's message; what was made stays. */
export async function buildScene(scene: Scene): Promise<void> {
  const { experiment } = scene;
  const later = networksOfSteps(experiment);
  const networks = experiment.networks.filter(({ name }) => !later.has(name));
  scene.awaiting('networks');
  // Templates before what is made from them, and a node's own before what spans them.
  for (const wave of [
    networks.filter(({ configOnly }) => configOnly),
    networks.filter((network) => !network.configOnly && !isSwarmWide(network)),
    networks.filter((network) => !network.configOnly && isSwarmWide(network)),
  ]) {
    await settleAll(wave.map((network) => createNetwork(scene, network)));
  }
  const atStart = experiment.containers.filter((container) => container.atStart);
  scene.awaiting(`${atStart.length} containers`);
  const made = createCountdown('containers', atStart.length, scene.awaiting);
  for (const wave of containerWaves(atStart))
    await settleAll(wave.map((container) => createPatiently(scene, container).then(made)));
  for (const service of experiment.services.filter((one) => one.atStart)) await createService(scene, service);
}

/** Building is no measurement: an attachment that a swarm still healing, as from an earlier experiment, gave too late is tried again. */
export function createPatiently(scene: Scene, container: ContainerDefinition, tries?: number): Promise<void> {
  const { bench, signal } = scene;
  const node = nodeOf(bench, container.node).name;
  const remove = () =>
    onEngine(bench, node, signal, (_connection, engine) => engine.removeContainer(container.name, signal));
  return withLateAttachments(() => createContainer(scene, container), remove, signal, tries);
}

/** Networks that are in the file only so that an engine refuses them. */
function networksOfSteps({ steps }: Experiment): ReadonlySet<string> {
  const names = steps.flatMap(({ action }) => {
    const inner: ActionDefinition | { kind: 'create-network'; network: string } | null =
      action.kind === 'refused' ? action.action : null;
    return inner?.kind === 'create-network' ? [inner.network] : [];
  });
  return new Set(names);
}

/** In an order in which every one finds those that it names: whose namespace it joins, whom it links to. Pure. */
export function containerWaves(
  containers: readonly ContainerDefinition[],
): readonly (readonly ContainerDefinition[])[] {
  const waves: ContainerDefinition[][] = [];
  const done = new Set<string>();
  let left = [...containers];
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const ready = left.filter((one) =>
      needsOf(one).every((name) => done.has(name) || !names.has(name) || name === one.name),
    );
    // A circle is the engine's to refuse.
    const wave = ready.length === 0 ? left : ready;
    waves.push(wave);
    for (const { name } of wave) done.add(name);
    left = left.filter((one) => !wave.includes(one));
  }
  return waves;
}

function needsOf({ attach, links }: ContainerDefinition): readonly string[] {
  const joined = attach.kind === 'container' ? [attach.name] : [];
  return [...joined, ...links.map((link) => link.split(':')[0] ?? link)];
}

/** On each of its nodes; what is swarm-wide on the first manager alone. */
export async function createNetwork(scene: Scene, network: NetworkDefinition): Promise<void> {
  const { bench, experiment, signal } = scene;
  const number = numberOf(scene, network.name);
  const letters = isSwarmWide(network) ? (['A'] as const) : network.nodes;
  await settleAll(
    letters.map(async (letter) => {
      const node = nodeOf(bench, letter);
      const needsParent = network.parent !== null && network.parent.kind !== 'none';
      const parent = needsParent ? await bench.parentOf(node.name) : null;
      const spec = networkSpec(network, experiment, node, bench.plan, { number, parent });
      await onEngine(bench, node.name, signal, (_connection, engine) => engine.createNetwork(spec, signal));
    }),
  );
}

function numberOf(scene: Scene, network: string): number {
  const known = scene.numbers.get(network);
  if (known !== undefined) return known;
  const number = scene.allotment.take(scene.experiment.id);
  scene.numbers.set(network, number);
  return number;
}

/** Created, connected to all of its networks, and started; a container that ends at once is its experiment's business. */
export async function createContainer(scene: Scene, container: ContainerDefinition): Promise<void> {
  const { bench, experiment, signal } = scene;
  const node = nodeOf(bench, container.node).name;
  const spec = containerSpec(container, experiment, bench.plan, bench.image);
  await onEngine(bench, node, signal, async ({ work }, engine) => {
    await engine.createContainer(spec, signal);
    if (container.attach.kind === 'networks') {
      for (const attachment of container.attach.networks.slice(1)) {
        await work.connectContainer(attachment.network, container.name, endpointSpec(attachment), signal);
      }
    }
    await engine.startContainer(container.name, signal);
  });
  const actor = scene.containers.get(container.name);
  if (actor !== undefined) actor.meantToBeDown = false;
  scene.unsettled = true;
}

export async function createService(scene: Scene, service: ServiceDefinition): Promise<void> {
  const { bench, experiment, signal } = scene;
  const nodes = service.nodes === null ? null : service.nodes.map((letter) => nodeOf(bench, letter).name);
  const manager = managerOf(scene);
  const spec = serviceSpec(service, experiment, bench.plan, bench.image, nodes);
  await onEngine(bench, manager, signal, ({ work }) => work.createService(spec, signal));
  scene.services.set(service.name, { definition: service, tasks: [], taskViews: [], virtualAddresses: {} });
  scene.unsettled = true;
}

/** A manager that is not lost: the first of them, else another. */
export function managerOf({ bench, faults }: Scene): string {
  const managers = [...bench.nodes.values()].filter(
    ({ role, name }) =>
      role === 'manager' &&
      !faults.has(`lost ${name}`) &&
      !faults.has(`left ${name}`) &&
      !faults.has(`demoted ${name}`),
  );
  const promoted = [...bench.nodes.values()].filter(({ name }) => faults.has(`promoted ${name}`));
  const [first] = [...managers, ...promoted];
  if (first !== undefined) return first.name;
  throw new LabError({
    code: 'run.no-manager',
    message: 'no manager of the swarm is left to ask',
    hint: 'revive one before a step that needs a manager',
  });
}
