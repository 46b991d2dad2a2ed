import { setMaxListeners } from 'node:events';
import { deadline } from '../core/deadline.ts';
import { mapPooled } from '../core/pool.ts';
import { provisionText } from '../core/provision.ts';
import type { PresentContainer } from '../experiment/running/running.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import type { EngineInfo, NetworkView, SwarmNodeView } from '../fabric/engine-port.ts';
import { containerView } from '../fabric/engine-views.ts';
import type { EngineState } from './facts.ts';

/** What an engine says; or where it cannot, what can be seen of it from without. */
export interface EngineSeen {
  node: string;
  state: EngineState;
  info: EngineInfo | null;
  networks: readonly NetworkView[];
  containers: readonly PresentContainer[];
  /** As it lists them, where it is a manager. */
  members: readonly SwarmNodeView[] | null;
}

/** Long: an engine that is only slow (an emulated machine) must not be called silent. */
const answerTimeoutMs = 10_000;
const outsideTimeoutMs = 10_000;
const inspectsAtOnce = 16;
/** States of proc(5) in which a process cannot answer, and why. */
const halted: Readonly<Record<string, EngineState>> = { none: 'down', Z: 'down', X: 'down', T: 'paused', t: 'paused' };

/** Asks an engine for what it has, and looks at its process at the same time. Rejects only when `signal` aborts. */
export async function seeEngine(connection: NodeConnection, signal: AbortSignal): Promise<EngineSeen> {
  const node = connection.machine;
  const nothing = { node, info: null, networks: [], containers: [], members: null };
  using limit = deadline({ signal, timeoutMs: answerTimeoutMs, awaiting: `the engine of ${node} to answer` });
  const given = new AbortController();
  const until = AbortSignal.any([limit, given.signal]);
  // An engine with many containers is asked about each of them at once.
  setMaxListeners(0, until);
  const asking = askEngine(connection, until).catch(() => null);
  const outside = await lookOutside(connection, signal);
  signal.throwIfAborted();
  const state = outside === null ? undefined : halted[outside.state];
  if (state === 'paused' && outside !== null) {
    given.abort();
    return { ...nothing, state, containers: outside.containers };
  }
  // One whose process was not found may keep its number elsewhere: it is down when its socket says so too.
  const answered = await asking;
  signal.throwIfAborted();
  if (answered === null && state !== undefined && outside !== null) {
    return { ...nothing, state, containers: outside.containers };
  }
  if (answered !== null) return { node, state: 'answers', ...answered };
  const all = await lookOutside(connection, signal, 'all');
  return { ...nothing, state: 'silent', containers: all?.containers ?? [] };
}

async function askEngine({ machine: node, engine }: NodeConnection, signal: AbortSignal) {
  const [info, networks, listed] = await Promise.all([
    engine.info(signal),
    engine.listNetworks(null, signal),
    engine.listContainers(null, signal),
  ]);
  const views = await mapPooled(listed, inspectsAtOnce, ({ id }) => engine.inspectContainer(id, signal));
  const containers = views.flatMap((view) => (view === null ? [] : [{ id: `${node}/${view.name}`, node, view }]));
  const members = info.swarm.isManager ? await engine.listSwarmNodes(signal).catch(() => null) : null;
  return { info, networks, containers, members };
}

async function lookOutside(connection: NodeConnection, signal: AbortSignal, ...words: readonly string[]) {
  const script = await provisionText('engine-outside.sh');
  const said = await connection
    .exec(['sh', '-s', '--', ...words], { stdin: script, signal, timeoutMs: outsideTimeoutMs })
    .catch(() => null);
  return said === null || said.exitStatus !== 0 ? null : parseOutside(connection.machine, said.stdout.toString());
}

/** What engine-outside.sh prints. Total: lines that cannot be read are left out. */
export function parseOutside(
  node: string,
  text: string,
): { state: string; containers: readonly PresentContainer[] } | null {
  const state = /^state (\w+)$/m.exec(text)?.[1];
  if (state === undefined) return null;
  const pids = new Set(/^pids (.*)$/m.exec(text)?.[1]?.split(' ') ?? []);
  const containers: PresentContainer[] = [];
  let config: Record<string, unknown> | null = null;
  for (const line of text.split('\n')) {
    if (line.startsWith('C ')) config = objectOf(line.slice(2));
    if (!line.startsWith('H ') || config === null) continue;
    const view = containerView({ ...config, Id: config.ID, HostConfig: objectOf(line.slice(2)) });
    config = null;
    // The engine wrote that it runs; whether it still does shows its process.
    const running = view.running && pids.has(`${view.pid}`);
    containers.push({ id: `${node}/${view.name}`, node, view: { ...view, running } });
  }
  return { state, containers };
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
