import { overlaps, parseSubnet } from '../../plan/ipv4.ts';
import type { NodePlan } from '../../plan/types.ts';
import { isSwarmWide } from '../build/allot.ts';
import type { Experiment, NodeLetter } from '../language/definition.ts';

/** Something of a node that two experiments cannot have at the same time. */
export type Claim =
  | { kind: 'thing'; key: string }
  /** A subnet that the file gives: an engine takes no two that overlap. */
  | { kind: 'subnet'; node: string; subnet: string };

const everywhere = '*';

/**
 * What an experiment takes for itself: names of containers, networks and services, host ports, fixed subnets, and, where it
 * has macvlan or ipvlan networks, the parent interface (before engine 27 no two networks share one; after it, addresses on the
 * segment still are handed out by networks that know nothing of each other). Pure.
 */
export function claimsOf(experiment: Experiment, letters: ReadonlyMap<NodeLetter, NodePlan>): readonly Claim[] {
  const claims: Claim[] = [];
  const node = (letter: NodeLetter) => letters.get(letter)?.name ?? letter;
  const thing = (...words: readonly string[]) => claims.push({ kind: 'thing', key: words.join(' ') });
  for (const container of experiment.containers) {
    thing('container', node(container.node), container.name);
    for (const { protocol, hostPort } of container.publish)
      thing('port', node(container.node), protocol, `${hostPort}`);
    if (container.attach.kind === 'host')
      for (const { protocol, port } of container.listen) thing('port', node(container.node), protocol, `${port}`);
  }
  for (const network of experiment.networks) {
    const nodes = isSwarmWide(network) ? [...letters.values()].map(({ name }) => name) : network.nodes.map(node);
    for (const name of nodes) {
      thing('network', name, network.name);
      if (network.subnet !== null && network.configFrom === null)
        claims.push({ kind: 'subnet', node: name, subnet: network.subnet });
    }
    if (network.driver === 'macvlan' || network.driver === 'ipvlan') for (const name of nodes) thing('parent', name);
  }
  for (const service of experiment.services) {
    thing('service', everywhere, service.name);
    for (const { protocol, hostPort } of service.publish)
      for (const { name } of letters.values()) thing('port', name, protocol, `${hostPort}`);
  }
  return claims;
}

/** What both want; null where they may run side by side. Pure. */
export function conflictOf(left: readonly Claim[], right: readonly Claim[]): string | null {
  const things = new Set(left.flatMap((claim) => (claim.kind === 'thing' ? [claim.key] : [])));
  for (const claim of right) {
    if (claim.kind === 'thing' && things.has(claim.key)) return claim.key;
    if (claim.kind !== 'subnet') continue;
    const other = left.find(
      (one) =>
        one.kind === 'subnet' &&
        one.node === claim.node &&
        overlaps(parseSubnet(one.subnet), parseSubnet(claim.subnet)),
    );
    if (other !== undefined) return `subnet ${claim.subnet} on ${claim.node}`;
  }
  return null;
}
