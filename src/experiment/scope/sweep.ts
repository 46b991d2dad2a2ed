import { settleAll } from '../../core/pool.ts';
import type { Connections } from '../../fabric/connection.ts';
import { removeContainers, removeNetworks } from '../removal.ts';
import { scopeLabel } from './fixture.ts';
import { connectionOf } from './raise.ts';

/**
 * Removes every container and network that a scope report made, this run's or an earlier one's that was killed:
 * what carries the label, nothing else. Containers on all nodes first, then the networks that they were in.
 */
export async function sweepScope(
  connections: Connections,
  nodes: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const places = nodes.map((node) => ({ node, engine: connectionOf(connections, node).engine, label: scopeLabel }));
  await settleAll(places.map((place) => removeContainers(place, signal)));
  await settleAll(
    places.map(async (place) => {
      if ((await place.engine.listNetworks(scopeLabel, signal)).length === 0) return;
      const { swarm } = await place.engine.info(signal);
      await removeNetworks({ ...place, isManager: swarm.isManager }, signal);
    }),
  );
}
