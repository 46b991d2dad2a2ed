import { waitFor } from '../core/deadline.ts';
import { messageOf } from '../core/errors.ts';
import { mapPooled, settleAll } from '../core/pool.ts';
import type { Connections } from '../fabric/connection.ts';
import type { Engine } from '../fabric/engine-port.ts';
import { scopeLabel } from './fixture.ts';
import { connectionOf } from './raise.ts';

const atOncePerNode = 4;
/** An overlay stays in use on the manager until the other nodes have told it that their ends are gone. */
const networkTimeoutMs = 15_000;

/**
 * Removes every container and network that a scope report made, this run's or an earlier one's that was killed:
 * what carries the label, nothing else. Containers on all nodes first, then the networks that they were in.
 */
export async function sweepScope(
  connections: Connections,
  nodes: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const engines = nodes.map((node) => ({ node, engine: connectionOf(connections, node).engine }));
  await settleAll(engines.map(({ engine }) => removeContainers(engine, signal)));
  await settleAll(engines.map(({ node, engine }) => removeNetworks(node, engine, signal)));
}

async function removeContainers(engine: Engine, signal: AbortSignal): Promise<void> {
  const containers = await engine.listContainers(scopeLabel, signal);
  await mapPooled(containers, atOncePerNode, (container) => engine.removeContainer(container.id, signal));
}

async function removeNetworks(node: string, engine: Engine, signal: AbortSignal): Promise<void> {
  const networks = await engine.listNetworks(scopeLabel, signal);
  if (networks.length === 0) return;
  const { swarm } = await engine.info(signal);
  // A worker lists an overlay while it uses it; only a manager may remove it.
  const own = networks.filter((network) => network.scope !== 'swarm' || swarm.isManager);
  await mapPooled(own, atOncePerNode, (network) => removeNetwork(node, engine, network, signal));
}

async function removeNetwork(
  node: string,
  engine: Engine,
  network: { id: string; name: string },
  signal: AbortSignal,
): Promise<void> {
  const awaiting = `network ${network.name} to be removed from ${node}`;
  await waitFor({ signal, timeoutMs: networkTimeoutMs, awaiting, pollMs: 200 }, async () => {
    try {
      await engine.removeNetwork(network.id, signal);
      return { value: null };
    } catch (error) {
      signal.throwIfAborted();
      return { pending: messageOf(error) };
    }
  });
}
