import { formatAddress, formatSubnet, parseSubnet, subnetAt } from './ipv4.ts';
import type { EngineNode, LabPlan } from './types.ts';

export interface NetworkAddresses {
  /** CIDR, a /24. */
  subnet: string;
  gateway: string;
}

/**
 * Subnet for a network that is local to a node: /24 number `index` of its container pool, from 1 to 126.
 * Number 0 is docker0's, the upper half is the engine's own. Throws RangeError for any other number.
 */
export function nodeSubnet(node: EngineNode, index: number): NetworkAddresses {
  if (!Number.isInteger(index) || index < 1 || index > 126)
    throw new RangeError(`no subnet ${index} in a container pool`);
  return addressesAt(parseSubnet(node.containerPool.subnet).base + index * 256);
}

/**
 * Subnet for an overlay network: the `index`-th /24 from the top of the swarm's address pool, counted from 1.
 * The swarm itself takes from the bottom (ingress first). Throws RangeError where the pool has no such /24 in its upper half.
 */
export function overlaySubnet(plan: LabPlan, index: number): NetworkAddresses {
  const pool = parseSubnet(plan.swarm.addressPool);
  if (!Number.isInteger(index) || index < 1 || index * 256 > pool.size / 2)
    throw new RangeError(`no subnet ${index} in ${plan.swarm.addressPool}`);
  return addressesAt(pool.base + pool.size - index * 256);
}

function addressesAt(base: number): NetworkAddresses {
  return { subnet: formatSubnet(subnetAt(base, 24)), gateway: formatAddress(base + 1) };
}
