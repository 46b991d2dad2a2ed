import { waitFor } from '../../core/deadline.ts';
import { LabError } from '../../core/errors.ts';
import { type Pool, settleAll } from '../../core/pool.ts';
import type { Connections, NodeConnection } from '../../fabric/connection.ts';
import type { ContainerView, Engine, NetworkView } from '../../fabric/engine-port.ts';
import { runContainer as runAttached } from '../../swarm/run-container.ts';
import { type Fixture, type FixtureContainer, type FixtureNetwork, type Part, scopeLabels } from './fixture.ts';
import type { Standing } from './standing.ts';

/** What raising fixtures needs; one for all of a run. */
export interface Site {
  lab: string;
  connections: Connections;
  /** At most so much at once on one engine. */
  pools: ReadonlyMap<string, Pool>;
  /** The segment's interface of a node; rejects with the reason where there is none. */
  parentOf(node: string): Promise<string>;
  /** A reference that every engine node has. */
  image: string;
  signal: AbortSignal;
}

const startTimeoutMs = 30_000;

/** Runs until it is killed, and asks nothing of the image but what busybox has. */
const idleCommand = ['tail', '-f', '/dev/null'];

export function connectionOf(connections: Connections, node: string): NodeConnection {
  const connection = connections.get(node);
  if (connection !== undefined) return connection;
  throw new LabError({
    code: 'scope.not-connected',
    message: `there is no connection to ${node}`,
    hint: 'run swarmlab up: it brings back machines that are missing',
  });
}

/** Builds a fixture, networks first, and waits until its containers run. Throws with the engine's message; what was made stays. */
export async function raiseFixture(fixture: Fixture, site: Site): Promise<Standing> {
  await settleAll(fixture.networks.map((network) => makeNetwork(network, site)));
  const [joiners, owners] = partition(fixture.containers, (container) => container.joins !== null);
  const started = await settleAll(owners.map((container) => runContainer(fixture, container, site)));
  const joined = await settleAll(joiners.map((container) => runContainer(fixture, container, site)));
  const view = await networkView(fixture, site);
  return {
    fixture,
    declaredScope: view?.scope ?? null,
    options: view?.options ?? {},
    containers: new Map<Part, { node: string; view: ContainerView }>([...started, ...joined]),
  };
}

async function makeNetwork(network: FixtureNetwork, site: Site): Promise<void> {
  const parent = network.onParent ? { parent: await site.parentOf(network.node) } : {};
  const spec = { ...network.spec, options: { ...parent, ...network.spec.options } };
  await onNode(network.node, site, (engine) => engine.createNetwork(spec, site.signal));
}

async function runContainer(
  fixture: Fixture,
  container: FixtureContainer,
  site: Site,
): Promise<[Part, { node: string; view: ContainerView }]> {
  const labels = scopeLabels(site.lab, fixture.driver);
  const { name, network } = container;
  await onNode(container.node, site, async (engine) => {
    await runAttached(engine, { name, image: site.image, command: idleCommand, network, labels }, site.signal);
  });
  const view = await onNode(container.node, site, (engine) => running(engine, container, site.signal));
  return [container.part, { node: container.node, view }];
}

/** Running, with a namespace to stand in. */
async function running(engine: Engine, container: FixtureContainer, signal: AbortSignal): Promise<ContainerView> {
  const awaiting = `container ${container.name} on ${container.node} to run`;
  return waitFor({ signal, timeoutMs: startTimeoutMs, awaiting }, async () => {
    const view = await engine.inspectContainer(container.name, signal);
    if (view === null) return { pending: 'the engine does not know it' };
    if (!view.running || view.pid === 0) return { pending: 'it is not running' };
    if (view.sandboxKey === '' && container.joins === null) return { pending: 'it has no network namespace' };
    return { value: view };
  });
}

async function networkView(fixture: Fixture, site: Site): Promise<NetworkView | null> {
  const { network } = fixture;
  const node = fixture.containers.find((container) => container.part === 'subject')?.node;
  if (network === null || node === undefined) return null;
  const view = await onNode(node, site, (engine) => engine.inspectNetwork(network, site.signal));
  if (view !== null) return view;
  throw new LabError({
    code: 'scope.network-gone',
    message: `the engine of ${node} does not know the network ${network} that it just ran containers on`,
    hint: 'something else removed it; run swarmlab scope again',
  });
}

function onNode<T>(node: string, site: Site, task: (engine: Engine) => Promise<T>): Promise<T> {
  const { engine } = connectionOf(site.connections, node);
  const pool = site.pools.get(node);
  const run = async () => {
    site.signal.throwIfAborted();
    return task(engine);
  };
  return pool === undefined ? run() : pool(run);
}

function partition<T>(items: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}
