import type { Finding } from './findings.ts';
import { formatAddress, type Subnet } from './ipv4.ts';
import type { NamedNode } from './nodes.ts';

/** What is wrong with a plan for virtual machines and is fine elsewhere. */
export function machineFindings(
  nodes: readonly NamedNode[],
  addresses: readonly (number | undefined)[],
  segment: Subnet,
): Finding[] {
  const findings: Finding[] = [];
  if (!nodes.some(({ role }) => role === 'outsider')) {
    findings.push({
      code: 'plan.no-outsider',
      message:
        'virtual machines need an outsider: it is their gateway, DNS and world, since a host-only network has none',
      hint: 'have at least one: --outsiders 1, or a node with the role outsider',
      path: 'nodes.outsiders',
      also: ['nodes'],
    });
  }
  // VirtualBox and libvirt give their own end of the network the first address.
  const own = segment.base + 1;
  nodes.forEach((node, index) => {
    if (addresses[index] !== own) return;
    findings.push({
      code: 'plan.reserved-address',
      message: `${node.name} has ${formatAddress(own)}, which this computer has on the network of its virtual machines`,
      hint: `take ${formatAddress(own + 1)} or a later one`,
      path: `${node.path}.address`,
      also: ['segment.subnet'],
    });
  });
  return findings;
}
