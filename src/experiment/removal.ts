import { waitFor } from '../core/deadline.ts';
import { messageOf } from '../core/errors.ts';
import { mapPooled } from '../core/pool.ts';
import type { Engine, NetworkView } from '../fabric/engine-port.ts';

// What experiments and scope reports made carries a label; this takes it away again, and nothing else.

const atOncePerNode = 4;
const containerTimeoutMs = 25_000;
/** An overlay stays in use on the manager until the other nodes have told it that their ends are gone. */
const networkTimeoutMs = 60_000;

/** The engine of one node. */
export interface LabelledOn {
  node: string;
  engine: Engine;
  /** As the engines' `label` filter takes it. */
  label: string;
}

/** Removes the containers that carry the label. Throws with what the engine said of one that stays. */
export function removeContainers({ node, engine, label }: LabelledOn, signal: AbortSignal): Promise<void> {
  return removeEach({
    awaiting: `containers to be removed from ${node}`,
    timeoutMs: containerTimeoutMs,
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
  { node, engine, label, isManager }: LabelledOn & { isManager: boolean },
  signal: AbortSignal,
): Promise<void> {
  return removeEach({
    awaiting: `networks to be removed from ${node}`,
    timeoutMs: networkTimeoutMs,
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

interface Removal {
  awaiting: string;
  timeoutMs: number;
  signal: AbortSignal;
  list(): Promise<readonly { id: string }[]>;
  remove(id: string): Promise<void>;
}

/** Lists and removes until nothing was refused: an engine, or the swarm's agent there, may be at the same thing already. */
async function removeEach({ awaiting, timeoutMs, signal, list, remove }: Removal): Promise<void> {
  await waitFor({ signal, timeoutMs, awaiting, pollMs: 150 }, async () => {
    const refusals = await mapPooled(await list(), atOncePerNode, async ({ id }) => {
      try {
        await remove(id);
        return [];
      } catch (error) {
        signal.throwIfAborted();
        return [messageOf(error)];
      }
    });
    const [refusal] = refusals.flat();
    return refusal === undefined ? { value: null } : { pending: refusal };
  });
}
