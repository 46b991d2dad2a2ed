import { deadline, raceSignal, waitFor } from '../../core/deadline.ts';
import { messageOf } from '../../core/errors.ts';
import { mapPooled, settleAll } from '../../core/pool.ts';
import type { NodeConnection } from '../../fabric/connection.ts';
import type { NetworkView } from '../../fabric/engine-port.ts';
import { type Bench, connectionTo } from './bench.ts';
import { labelFilter } from './labels.ts';

const atOncePerNode = 4;
/** An overlay stays in use on the manager until the other nodes have told it that their ends are gone. */
const networkTimeoutMs = 20_000;
const containerTimeoutMs = 20_000;
const undoTimeoutMs = 60_000;
/** After Ctrl-C; what is then still there carries the label, and the next run or `down` removes it. */
const undoAfterAbortMs = 1_500;

/**
 * Removes services, containers and networks of one experiment, or of all where `id` is null: what carries the label, nothing
 * else, on every node whose engine can be reached. Throws with what stays.
 */
export async function removeMade(bench: Bench, id: string | null, signal: AbortSignal): Promise<void> {
  const label = labelFilter(id);
  const nodes = [...bench.nodes.values()].map(({ name }) => connectionTo(bench, name));
  const infos = await settleAll(nodes.map(async (node) => ({ node, info: await node.engine.info(signal) })));
  const manager = infos.find(({ info }) => info.swarm.isManager && info.swarm.clusterId !== null)?.node;
  if (manager !== undefined) {
    const services = await manager.work.listServices(label, signal);
    await settleAll(services.map(({ id: service }) => manager.work.removeService(service, signal)));
  }
  await settleAll(nodes.map((node) => removeContainers(node, label, signal)));
  // A network made from a template holds on to it.
  await settleAll(infos.map(({ node, info }) => removeNetworks(node, label, info.swarm.isManager, signal)));
}

async function removeContainers(node: NodeConnection, label: string, signal: AbortSignal): Promise<void> {
  const awaiting = `containers to be removed from ${node.machine}`;
  await waitFor({ signal, timeoutMs: containerTimeoutMs, awaiting, pollMs: 100 }, async () => {
    const containers = await node.engine.listContainers(label, signal);
    if (containers.length === 0) return { value: null };
    const failures = await mapPooled(containers, atOncePerNode, async ({ id }) => {
      try {
        await node.engine.removeContainer(id, signal);
        return [];
      } catch (error) {
        // Its engine, or the swarm's agent there, is at it already.
        signal.throwIfAborted();
        return [messageOf(error)];
      }
    });
    const [failure] = failures.flat();
    return failure === undefined ? { value: null } : { pending: failure };
  });
}

async function removeNetworks(
  node: NodeConnection,
  label: string,
  isManager: boolean,
  signal: AbortSignal,
): Promise<void> {
  const awaiting = `networks to be removed from ${node.machine}`;
  await waitFor({ signal, timeoutMs: networkTimeoutMs, awaiting, pollMs: 150 }, async () => {
    // A worker lists an overlay while it uses it; only a manager may remove it.
    const networks = (await madeNetworks(node, label, signal)).filter(({ scope }) => scope !== 'swarm' || isManager);
    if (networks.length === 0) return { value: null };
    const failures = await mapPooled(networks, atOncePerNode, async ({ id }) => {
      try {
        await node.engine.removeNetwork(id, signal);
        return [];
      } catch (error) {
        signal.throwIfAborted();
        return [messageOf(error)];
      }
    });
    const [failure] = failures.flat();
    return failure === undefined ? { value: null } : { pending: failure };
  });
}

/** Those with the label, and what was made from a template with it, which cannot have labels. */
async function madeNetworks(
  { engine }: NodeConnection,
  label: string,
  signal: AbortSignal,
): Promise<readonly NetworkView[]> {
  const labelled = await engine.listNetworks(label, signal);
  if (labelled.length === 0) return [];
  const templates = new Set(labelled.map(({ name }) => name));
  const all = await engine.listNetworks(null, signal);
  return [...all.filter(({ configFrom }) => configFrom != null && templates.has(configFrom)), ...labelled];
}

/** Does `work` although the run may have been interrupted, then only for a moment; null when it ended well, else what failed. */
export async function undoBounded(
  what: string,
  runSignal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<string | null> {
  const fresh = new AbortController();
  const hurry = () => setTimeout(() => fresh.abort(new Error('interrupted')), undoAfterAbortMs).unref();
  if (runSignal.aborted) hurry();
  else runSignal.addEventListener('abort', hurry, { once: true });
  using limit = deadline({ signal: fresh.signal, timeoutMs: undoTimeoutMs, awaiting: `${what} to be undone` });
  try {
    await raceSignal(work(limit), limit);
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    runSignal.removeEventListener('abort', hurry);
  }
}
