import { createHash } from 'node:crypto';
import type { Finding } from './findings.ts';
import {
  contains,
  formatAddress,
  formatSubnet,
  isHostAddress,
  lastAddress,
  parseAddress,
  type Subnet,
} from './ipv4.ts';
import type { NamedNode } from './nodes.ts';

export interface SegmentAddresses {
  gateway: number;
  /** One for each node, in their order; undefined where no address was left. */
  nodes: readonly (number | undefined)[];
}

/** What is wrong with an address that a machine shall have in a subnet; null when nothing is. */
export function hostAddressFinding(subnet: Subnet, address: number, path: string, subnetPath: string): Finding | null {
  if (isHostAddress(subnet, address)) return null;
  const shown = formatAddress(address);
  const outside = !contains(subnet, address);
  return {
    code: outside ? 'plan.address-outside' : 'plan.reserved-address',
    message: outside
      ? `${shown} is outside ${formatSubnet(subnet)}`
      : `${shown} is the ${address === subnet.base ? 'network' : 'broadcast'} address of ${formatSubnet(subnet)}`,
    hint: `take one from ${formatAddress(subnet.base + 1)} to ${formatAddress(lastAddress(subnet) - 1)}`,
    path,
    also: [subnetPath],
  };
}

/** The gateway's and every node's address on the segment: those that were asked for, then from .11 upwards. */
export function planAddresses(
  segment: Subnet,
  gatewayText: string | null,
  nodes: readonly NamedNode[],
): { addresses: SegmentAddresses; findings: Finding[] } {
  const findings: Finding[] = [];
  const gateway = gatewayText === null ? lastAddress(segment) - 1 : parseAddress(gatewayText);
  if (gatewayText !== null) {
    const finding = hostAddressFinding(segment, gateway, 'segment.gateway', 'segment.subnet');
    if (finding !== null) findings.push(finding);
  }
  const owners = new Map([[gateway, 'the gateway']]);
  for (const node of nodes) {
    if (node.address === null) continue;
    const address = parseAddress(node.address);
    const path = `${node.path}.address`;
    const finding = hostAddressFinding(segment, address, path, 'segment.subnet');
    const owner = owners.get(address);
    if (finding !== null) findings.push(finding);
    if (owner === undefined) owners.set(address, node.name);
    else {
      findings.push({
        code: 'plan.duplicate-address',
        message: `${node.name} and ${owner} both have ${node.address}`,
        hint: 'give each its own address, or leave it out',
        path,
        also: ['segment.gateway'],
      });
    }
  }
  const free = freeAddresses(segment, owners);
  const planned = nodes.map(({ address }) => (address === null ? free.next().value : parseAddress(address)));
  const without = planned.filter((address) => address === undefined).length;
  if (without > 0) {
    findings.push({
      code: 'plan.segment-too-small',
      message: `${formatSubnet(segment)} has no address for ${without} of ${nodes.length} nodes`,
      hint: 'a larger segment (a shorter prefix), or fewer nodes',
      path: 'segment.subnet',
      also: ['nodes'],
    });
  }
  return { addresses: { gateway, nodes: planned }, findings };
}

/** From .11 up to the middle, then the ten below, then the upper half, which containers on the segment use. */
function* freeAddresses(segment: Subnet, owners: ReadonlyMap<number, string>): Generator<number, undefined> {
  const middle = Math.max(segment.size / 2, 11);
  for (const [from, to] of [
    [11, middle],
    [1, 11],
    [middle, segment.size],
  ] as const) {
    for (let offset = from; offset < to; offset += 1) {
      const address = segment.base + offset;
      if (isHostAddress(segment, address) && !owners.has(address)) yield address;
    }
  }
  return undefined;
}

/**
 * A locally administered unicast MAC (IEEE 802, second bit of the first byte), the same on every run: one byte of the
 * lab's name, then the address. 02:42 is left out: engines before 28 give it to containers, with the address behind it.
 */
export function planMac(lab: string, address: number): string {
  const byte = createHash('sha256').update(lab).digest()[0] ?? 0;
  const bytes = [byte === 0x42 ? 0x43 : byte, ...formatAddress(address).split('.').map(Number)];
  return ['02', ...bytes.map((each) => each.toString(16).padStart(2, '0'))].join(':');
}
