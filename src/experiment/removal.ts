import { setTimeout as delay } from 'node:timers/promises';
import { waitedInVain } from '../core/deadline.ts';
import { messageOf } from '../core/errors.ts';
import { createPool, type Pool, settleAll } from '../core/pool.ts';
import type { Engine, NetworkView } from '../fabric/engine-port.ts';

// What experiments and scope reports made carries a label; this takes it away again, and nothing else.

const atOncePerNode = 4;
/** For so long none may go while one stays; how many there are plays no part. */
const containerQuietMs = 25_000;
/** An overlay stays in use on the manager until the other nodes have told it that their ends are gone. */
const networkQuietMs = 60_000;

/** The engine of one node. */
export interface LabelledOn {
  node: string;
  engine: Engine;
  /** As the engines' `label` filter takes it. */
  label: string;
  /** The turn of each removal; a few at once on each node where it is left out. */
  pool?: Pool | undefined;
  /** Called after each. */
  removed?: (() => void) | undefined;
}

/** Removes the containers that carry the label. Throws with what the engine said of one that stays. */
export function removeContainers(
  { node, engine, label, pool, removed }: LabelledOn,
  signal: AbortSignal,
): Promise<void> {
  return removeEach({
    awaiting: `containers to be removed from ${node}`,
    quietMs: containerQuietMs,
    pool,
    removed,
    signal,
    list: () => engine.listContainers(label, signal),
    remove: (id) => engine.removeContainer(id, signal),
  });
}

/**
 * Removes the networks that carry the label, and those that were made from a template with it, which cannot have labels.
 * A worker lists an overlay while it uses it; only a manager may remove it. Throws with what the engine said of one that stays.
 */
export function removeNetworks(
  { node, engine, label, pool, removed, isManager }: LabelledOn & { isManager: boolean },
  signal: AbortSignal,
): Promise<void> {
  return removeEach({
    awaiting: `networks to be removed from ${node}`,
    quietMs: networkQuietMs,
    pool,
    removed,
    signal,
    list: async () =>
      (await labelledNetworks(engine, label, signal)).filter(({ scope }) => scope !== 'swarm' || isManager),
    remove: (id) => engine.removeNetwork(id, signal),
  });
}

export async function labelledNetworks(
  engine: Engine,
  label: string,
  signal: AbortSignal,
): Promise<readonly NetworkView[]> {
  const labelled = await engine.listNetworks(label, signal);
  if (labelled.length === 0) return [];
  const templates = new Set(labelled.map(({ name }) => name));
  const all = await engine.listNetworks(null, signal);
  // A template is held by what was made from it.
  return [...all.filter(({ configFrom }) => configFrom != null && templates.has(configFrom)), ...labelled];
}

interface Removal extends Pick<LabelledOn, 'pool' | 'removed'> {
  awaiting: string;
  quietMs: number;
  signal: AbortSignal;
  list(): Promise<readonly { id: string }[]>;
  remove(id: string): Promise<void>;
}

/**
 * Lists and removes until nothing is listed: an engine, or the swarm's agent there, may be at the same thing already, and a swarm
 * forgets a network after it said so. Whoever makes one of the same name at once is refused.
 */
async function removeEach({ awaiting, quietMs, pool, removed, signal, list, remove }: Removal): Promise<void> {
  const turn = pool ?? createPool(atOncePerNode);
  const gone = new Set<string>();
  const attempt = async (id: string): Promise<string | null> => {
    try {
      signal.throwIfAborted();
      await remove(id);
      if (!gone.has(id)) removed?.();
      gone.add(id);
      return null;
    } catch (error) {
      signal.throwIfAborted();
      return messageOf(error);
    }
  };
  let fewest = Number.POSITIVE_INFINITY;
  let quietSince = performance.now();
  for (let stays = ''; ; ) {
    const there = await list();
    if (there.length === 0) return;
    // What counts is what is listed: an engine may say that it removed what it lists again.
    if (there.length < fewest) [fewest, quietSince] = [there.length, performance.now()];
    else if (performance.now() - quietSince >= quietMs) throw waitedInVain(quietMs, `${awaiting}: ${stays}`);
    if (stays !== '') await delay(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    const refusals = await settleAll(there.map(({ id }) => turn(() => attempt(id))));
    stays = refusals.find((one) => one !== null) ?? 'it is listed although it was removed';
  }
}

const pollMs = 150;
