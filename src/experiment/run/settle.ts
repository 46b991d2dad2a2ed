import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import { createPool } from '../../core/pool.ts';
import { runProbes } from '../../probe/run-probes.ts';
import type { Probe } from '../../probe/types.ts';
import { connectionTo } from '../build/bench.ts';
import type { Scene } from '../build/scene.ts';
import { refreshScene } from './look.ts';
import { actorPlaces, actorsOf, listenPorts, nodePlaceId, nodePlaces, placeIdOf } from './places.ts';
import { type MeshAsk, meshAsks, type Pair, pairsOn } from './settle-pairs.ts';

/** For so long no further end may come to be known. */
const settleQuietMs = 20_000;
const tasksTimeoutMs = 40_000;
const pollMs = 200;
/** Each look starts an agent on every node: the longer it takes, the rarer. */
const longestPollMs = 1_500;
/** Looks of all experiments together: they are many processes, and what they would disturb are measurements. */
const looks = createPool(2);
const lookTimeoutMs = 10_000;
/** Beside that: asking takes its time on a busy machine. */
const lookMsPerProbe = 1;

/**
 * Waits, after endpoints came or went, until tasks run and the ends of each overlay on different nodes know each other:
 * names and forwarding entries travel by gossip, after the engine has said that a container runs. It looks at all pairs alike,
 * whatever is expected of them, the ports too that the routing mesh opens on every node, and nothing is judged by it: where no more come to be known the experiment goes on and says what it sees.
 * With a fault in force nobody knows what should settle: then it is the experiment's own waits that count.
 */
export async function settle(scene: Scene): Promise<void> {
  if (!scene.unsettled || scene.faults.size > 0) {
    await refreshScene(scene);
    return;
  }
  await awaitTasks(scene);
  const overlays = await overlaysOf(scene);
  let waiting = [
    ...overlays.flatMap((network) => pairsOn(actorsOf(scene), network)).map(toProbe),
    ...meshOf(scene).map(toMeshProbe),
  ].map((probe, id): Probe => ({ ...probe, id }));
  // A look at many takes its time: the first is none that brought nothing.
  let endsAt = Number.POSITIVE_INFINITY;
  for (
    let pause = pollMs;
    waiting.length > 0 && performance.now() < endsAt;
    pause = Math.min(pause * 1.6, longestPollMs)
  ) {
    const ends = new Set(waiting.map(({ to }) => to)).size;
    const askers = [...new Set(waiting.map(({ from }) => from))].slice(0, 4).join(', ');
    scene.awaiting(`${askers} to reach the other nodes' ends (${ends} of them)`);
    const asked = waiting;
    waiting = await looks(() => stillWaiting(scene, asked));
    if (waiting.length < asked.length || endsAt === Number.POSITIVE_INFINITY)
      endsAt = performance.now() + settleQuietMs;
    if (waiting.length > 0)
      await delay(pause, undefined, { signal: scene.signal }).catch(() => scene.signal.throwIfAborted());
  }
  scene.unsettled = false;
}

async function stillWaiting(scene: Scene, waiting: readonly Probe[]): Promise<Probe[]> {
  const { bench, signal } = scene;
  const ends = new Set(waiting.flatMap(({ from, to, orTo }) => [from, to, ...(orTo ?? [])]));
  // A port of their own is asked of these alone; in others nothing need listen.
  const publishers = new Set(waiting.flatMap(({ to, orTo, port }) => (port === null ? [] : [to, ...(orTo ?? [])])));
  const machines = bench.plan.nodes.map(({ name }) => name).filter((name) => ends.has(nodePlaceId(name)));
  const places = [...actorPlaces(scene).filter(({ id }) => ends.has(id)), ...nodePlaces(bench, new Set(machines))];
  try {
    const timings = { attemptTimeoutsMs: [1_000], nameTimeoutMs: 1_500 };
    const { observations } = await runProbes({
      connections: bench.connections,
      places,
      probes: waiting,
      listen: new Map([...listenPorts(scene)].filter(([id]) => publishers.has(id))),
      timings,
      signal,
      timeoutMs: lookTimeoutMs + lookMsPerProbe * waiting.length,
    });
    return waiting.filter(({ id }) => observations.get(id)?.outcome !== 'reached');
  } catch (error) {
    signal.throwIfAborted();
    scene.awaiting(`the probe agents: ${messageOf(error)}`);
    return [...waiting];
  }
}

async function awaitTasks(scene: Scene): Promise<void> {
  const endsAt = performance.now() + tasksTimeoutMs;
  for (;;) {
    await refreshScene(scene);
    const lacking = [...scene.services.values()].filter(
      ({ tasks, definition }) => tasks.length !== definition.replicas,
    );
    if (lacking.length === 0 || performance.now() >= endsAt) return;
    const said = lacking.map(({ definition, tasks, taskViews }) => {
      const error = taskViews.find((task) => task.error !== '')?.error;
      return `${tasks.length} of ${definition.replicas} tasks of ${definition.name} run${error === undefined ? '' : ` (${error})`}`;
    });
    scene.awaiting(said.join(', '));
    await delay(pollMs, undefined, { signal: scene.signal }).catch(() => scene.signal.throwIfAborted());
  }
}

/** Networks of the experiment's containers that span nodes by gossip, as the engines name their drivers. */
async function overlaysOf(scene: Scene): Promise<readonly string[]> {
  const { bench, signal, experiment } = scene;
  const own = experiment.networks.filter(({ driver }) => driver === 'overlay').map(({ name }) => name);
  const used = new Set(actorsOf(scene).flatMap(({ view }) => Object.keys(view?.addresses ?? {})));
  const node = bench.nodes.get('A');
  const found = await Promise.all(
    own.map(async (name) =>
      node === undefined ? null : connectionTo(bench, node.name).engine.inspectNetwork(name, signal),
    ),
  );
  return found.flatMap((view) =>
    view !== null && view.driver === 'overlay' && used.has(view.name) ? [view.name] : [],
  );
}

/** Only where the kernel has what passes connections on: elsewhere nothing would ever settle. */
function meshOf({ experiment, services, bench }: Scene): readonly MeshAsk[] {
  return experiment.needs.kernel.includes('ip_vs') ? meshAsks(services.values(), [...bench.nodes.values()]) : [];
}

function toMeshProbe({ from, node, protocol, hostPort, tasks }: MeshAsk): Omit<Probe, 'id'> {
  const [to = '', ...orTo] = tasks.map(placeIdOf);
  return { from: nodePlaceId(from), to, orTo, aim: { by: 'ip', address: node.address }, protocol, port: hostPort };
}

function toProbe({ from, to }: Pair): Omit<Probe, 'id'> {
  return {
    from: placeIdOf(from),
    to: placeIdOf(to),
    aim: { by: 'name', name: to.name },
    protocol: 'icmp',
    port: null,
  };
}
