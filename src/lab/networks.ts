import type { NetworkView } from '../fabric/engine-port.ts';
import type { NetworkStatus } from '../report/documents.ts';

/** What the engines list, each network once with the nodes that know it; by name. */
export function mergeNetworks(
  listed: readonly { node: string; views: readonly NetworkView[] }[],
): readonly NetworkStatus[] {
  const merged = new Map<string, NetworkStatus>();
  for (const { node, views } of listed) {
    for (const { name, driver, scope, subnets } of views) {
      const key = JSON.stringify([name, driver, scope]);
      const known = merged.get(key) ?? { name, driver, scope, nodes: [], subnets: [] };
      merged.set(key, {
        ...known,
        nodes: [...known.nodes, node],
        subnets: [...new Set([...known.subnets, ...subnets.filter((subnet) => subnet !== '')])],
      });
    }
  }
  return [...merged.values()].toSorted((left, right) => left.name.localeCompare(right.name, 'en'));
}
