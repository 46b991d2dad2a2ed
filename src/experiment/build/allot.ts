import { LabError } from '../../core/errors.ts';
import { type NetworkAddresses, nodeSubnet, overlaySubnet } from '../../plan/experiment-addresses.ts';
import { formatAddress, formatSubnet, parseSubnet, subnetAt } from '../../plan/ipv4.ts';
import type { EngineNode, LabPlan } from '../../plan/types.ts';
import type { NetworkDefinition } from '../language/definition.ts';

/** Below are the scope report's and the readiness check's; the upper half of a node's pool is its engine's own. */
const firstNumber = 10;
const lastNumber = 126;

/** The numbers of subnets that are free in this run: experiments that run side by side never have one in common. */
export interface Allotment {
  take(experiment: string): number;
  release(experiment: string): void;
}

/** One allotment; the lowest free number goes first. `take` throws a LabError when all are in use. */
export function createAllotment(): Allotment {
  const owners = new Map<number, string>();
  return {
    take(experiment) {
      for (let number = firstNumber; number <= lastNumber; number += 1) {
        if (owners.has(number)) continue;
        owners.set(number, experiment);
        return number;
      }
      throw new LabError({
        code: 'run.no-subnet',
        message: 'all subnets that experiments may have are in use',
        hint: 'run fewer experiments at once, or give their networks subnets of their own',
      });
    },
    release(experiment) {
      for (const [number, owner] of owners) if (owner === experiment) owners.delete(number);
    },
  };
}

export type NetworkPlan = { subnet: string; gateway?: string; ipRange?: string } | null;

/** Made once, on the first manager, and known on the other nodes by itself. */
export function isSwarmWide({ driver, scope }: NetworkDefinition): boolean {
  return driver === 'overlay' || scope === 'swarm' || scope === 'global';
}

/**
 * The address plan of a network on one node; null where the network takes it from a template. `number` is the one that was
 * taken for it: the same on all of its nodes, which gives each node's network a subnet of its own. Pure.
 */
export function planAddressesOf(
  network: NetworkDefinition,
  node: EngineNode,
  plan: LabPlan,
  number: number,
): NetworkPlan {
  if (network.configFrom !== null) return null;
  if (network.subnet !== null) {
    return withRange(
      { subnet: network.subnet, ...(network.gateway === null ? {} : { gateway: network.gateway }) },
      network.ipRange,
    );
  }
  if (isSwarmWide(network)) return withRange(overlaySubnet(plan, number), network.ipRange);
  if (network.options.ipvlan_mode?.startsWith('l3') === true)
    return withRange(nodeSubnet(node, number), network.ipRange);
  switch (network.parent?.kind) {
    case 'segment':
      // Disjoint ranges: the engines' address books know nothing of each other.
      return {
        subnet: plan.segment.subnet,
        gateway: network.gateway ?? plan.segment.gateway,
        ipRange: network.ipRange ?? node.segmentRange,
      };
    case 'vlan':
      return taggedSubnet(plan, node, number);
    case 'none':
    case undefined:
      return withRange(
        { ...nodeSubnet(node, number), ...(network.gateway === null ? {} : { gateway: network.gateway }) },
        network.ipRange,
      );
  }
}

function withRange(
  addresses: NetworkAddresses | { subnet: string; gateway?: string },
  ipRange: string | null,
): NetworkPlan {
  return ipRange === null ? addresses : { ...addresses, ipRange };
}

/** One subnet for all nodes that share the tag, with a /27 of it for each; nobody else has it on the wire. */
function taggedSubnet(plan: LabPlan, node: EngineNode, number: number): NetworkPlan {
  const { subnet } = overlaySubnet(plan, number);
  const base = parseSubnet(subnet).base;
  const index = plan.nodes.filter(({ role }) => role !== 'outsider').findIndex(({ name }) => name === node.name);
  return {
    subnet,
    gateway: formatAddress(base + 1),
    ipRange: formatSubnet(subnetAt(base + 32 * (1 + (index % 7)), 27)),
  };
}
