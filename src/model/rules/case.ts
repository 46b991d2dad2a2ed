import { type Exit, isBlocked, type Journey } from '../journey.ts';
import type { ModelRule } from '../rule.ts';
import { type NetworkWorld, type NodeWorld, type Wire, wireOf } from '../world.ts';

export type JourneyRule = ModelRule<Journey>;

/** The network that packets leave a container by, where there is one. */
export function leavesBy({ exit }: Pick<Journey, 'exit'>): NetworkWorld | null {
  return 'network' in exit ? exit.network : null;
}

export function isExit(it: Journey, ...kinds: readonly Exit['kind'][]): boolean {
  return kinds.includes(it.exit.kind);
}

/** The aimed network; null for a machine. */
export function aimedAt({ aim }: Journey): NetworkWorld | null {
  return aim.kind === 'container' ? aim.network : null;
}

export function onSameNode({ fromNode, toNode }: Journey): boolean {
  return fromNode !== null && fromNode.letter === toNode?.letter;
}

/** What the aimed container's end hangs on. */
export function aimedWire(it: Journey): Wire | null {
  const network = aimedAt(it);
  return network === null || it.toNode === null ? null : wireOf(network, it.toNode.letter);
}

/** What the sender's way out hangs on. */
export function leavingWire(it: Journey): Wire | null {
  const network = leavesBy(it);
  return network === null || it.fromNode === null ? null : wireOf(network, it.fromNode.letter);
}

/** A child of macvlan, or of ipvlan in mode l2. */
export function isChild(network: NetworkWorld | null): boolean {
  return network !== null && (network.driver === 'macvlan' || (network.driver === 'ipvlan' && !isL3(network)));
}

export function isL3(network: NetworkWorld | null): boolean {
  return network?.driver === 'ipvlan' && network.mode.startsWith('l3');
}

/** The way out is translated to the node's address: a bridge, or docker_gwbridge beside an overlay. */
export function leavesTranslated(it: Journey): boolean {
  const network = it.exit.kind === 'default' ? it.exit.network : null;
  return network !== null && (network.driver === 'overlay' || (network.driver === 'bridge' && network.masquerade));
}

/** Leaves by a bridge of its node, docker_gwbridge included. */
export function leavesByBridge(it: Journey): boolean {
  return it.exit.kind === 'default' && (it.exit.network.driver === 'bridge' || it.exit.network.driver === 'overlay');
}

/** A lost node at either end of a way between nodes. */
export function meetsLost({ fromNode, toNode }: Journey): boolean {
  return fromNode?.lost === true || toNode?.lost === true;
}

/** The probe itself, or VXLAN around it, on the way from one node to the other. */
export function dropped(
  it: Journey,
  protocol: 'tcp' | 'udp' | 'esp',
  port: number | null,
): { there: boolean; back: boolean } {
  const blocked = (node: NodeWorld | null, direction: 'in' | 'out') => isBlocked(node, protocol, port, direction);
  return {
    there: blocked(it.fromNode, 'out') || blocked(it.toNode, 'in'),
    back: blocked(it.toNode, 'out') || blocked(it.fromNode, 'in'),
  };
}

/** The probe's port is closed where it leaves a node, or where it comes to one; a rewritten one is another rule's. */
export function isClosed(it: Journey): boolean {
  if (it.protocol === 'icmp') return false;
  if (it.rewrittenPort === null) return dropped(it, it.protocol, it.port).there;
  return isBlocked(it.fromNode, it.protocol, it.port, 'out');
}

/** The container's port is closed on the node that publishes it. */
export function isClosedBehind(it: Journey): boolean {
  return (
    it.protocol !== 'icmp' && it.rewrittenPort !== null && isBlocked(it.toNode, it.protocol, it.rewrittenPort, 'in')
  );
}

/** Whether the network's subnet is known by way of a route that a step added on the machine. */
export function hasAddedRoute(it: Journey, network: NetworkWorld | null, machine: string | null): boolean {
  return (
    network !== null && it.world.routes.some((route) => route.machine === machine && route.network === network.key)
  );
}
