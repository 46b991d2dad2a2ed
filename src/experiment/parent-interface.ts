import { LabError } from '../core/errors.ts';
import type { NodeConnection } from '../fabric/connection.ts';

interface LinkAddresses {
  ifname?: unknown;
  addr_info?: readonly { local?: unknown }[];
}

/**
 * The interface that has the node's address on the segment: what macvlan and ipvlan networks are tied to.
 * Its name differs by provider and by machine (eth1, enp0s8), so the node is asked.
 */
export async function findParentInterface(
  connection: NodeConnection,
  address: string,
  signal: AbortSignal,
): Promise<string> {
  const result = await connection.exec(['ip', '-j', '-4', 'addr', 'show'], { signal, timeoutMs: 10_000 });
  const name = result.exitStatus === 0 ? parentInterface(result.stdout.toString('utf8'), address) : null;
  if (name !== null) return name;
  throw new LabError({
    code: 'scope.no-parent',
    message: `no interface of ${connection.machine} has the address ${address}, so macvlan and ipvlan have no parent`,
    hint: `look at \`swarmlab ssh ${connection.machine} ip addr\`; swarmlab up puts the address back`,
  });
}

/** From what `ip -j addr` prints: the name of the interface with that address, or null. */
export function parentInterface(json: string, address: string): string | null {
  let links: unknown;
  try {
    links = JSON.parse(json);
  } catch {
    return null;
  }
  if (!Array.isArray(links)) return null;
  const link = (links as readonly LinkAddresses[]).find((one) =>
    one.addr_info?.some((entry) => entry.local === address),
  );
  return typeof link?.ifname === 'string' ? link.ifname : null;
}
