import type { NodeLetter } from '../experiment/language/definition.ts';
import { withNode } from './change.ts';
import type { Block, ContainerWorld, NodeWorld, World } from './world.ts';

const gossipPort = 7946;

/** Whether gossip does not get through to a node and from it any more: it goes by UDP, and by TCP where UDP fails. */
function isMute({ lost, blocks }: NodeWorld): boolean {
  const shut = (protocol: 'tcp' | 'udp') => blocks.some((one) => one.protocol === protocol && one.port === gossipPort);
  return lost || (shut('tcp') && shut('udp'));
}

export function block(world: World, letter: NodeLetter, what: Block): World {
  const node = world.nodes.get(letter);
  return node === undefined ? world : changedAt(world, node, { blocks: [...node.blocks, what] });
}

export function open(world: World, letter: NodeLetter, what: Block): World {
  const node = world.nodes.get(letter);
  if (node === undefined) return world;
  const same = (one: Block) =>
    one.protocol === what.protocol && one.port === what.port && one.direction === what.direction;
  return changedAt(world, node, { blocks: node.blocks.filter((one) => !same(one)) });
}

export function lose(world: World, letter: NodeLetter): World {
  const node = world.nodes.get(letter);
  return node === undefined ? world : changedAt(world, node, { lost: true });
}

export function revive(world: World, letter: NodeLetter): World {
  const node = world.nodes.get(letter);
  return node === undefined ? world : changedAt(world, node, { lost: false });
}

function changedAt(world: World, node: NodeWorld, change: Partial<NodeWorld>): World {
  const after = { ...node, ...change };
  const next = withNode(world, node.letter, change);
  if (isMute(node) === isMute(after)) return next;
  return isMute(after) ? muted(next, after) : heardAgain(next, node.letter);
}

/**
 * The others take a mute node for dead. It takes them for dead too when it hears nothing; one whose own firewall refuses what
 * it wants to send accuses nobody (memberlist, state.go).
 */
function muted(world: World, node: NodeWorld): World {
  const gossip = new Map(world.gossip);
  const cannotSend =
    !node.lost && node.blocks.every(({ direction, port }) => port !== gossipPort || direction === 'both');
  for (const other of world.nodes.keys()) {
    if (other === node.letter) continue;
    gossip.set(`${other}>${node.letter}`, 'fading');
    if (!cannotSend) gossip.set(`${node.letter}>${other}`, 'fading');
  }
  return { ...world, gossip };
}

/** Nodes keep trying to reach one that they lost; when they have, a step has to see. */
function heardAgain(world: World, letter: NodeLetter): World {
  const gossip = new Map(world.gossip);
  for (const other of world.nodes.keys()) {
    if (other === letter) continue;
    gossip.set(`${other}>${letter}`, 'returning');
    gossip.set(`${letter}>${other}`, 'returning');
  }
  return { ...world, gossip };
}

/**
 * The swarm's networks are pulled out from under the node's containers, docker_gwbridge's leg with them; and the engine forgets
 * the names of all networks that it has (libnetwork, agent.go: on EventNodeLeave `cleanupServiceDiscovery` of none in particular).
 */
export function leave(world: World, letter: NodeLetter): World {
  const containers = [...world.containers].map(([name, one]): [string, ContainerWorld] => {
    if (one.node !== letter || one.attach.kind !== 'networks') return [name, one];
    const { attachments } = one.attach;
    const left = attachments.filter(({ network }) => world.networks.get(network)?.node !== null);
    const nameless = left.map((attachment) => ({ ...attachment, nameless: true as const }));
    const unplugged = left.length < attachments.length ? left.length === 0 : one.unplugged;
    return [name, { ...one, attach: { kind: 'networks', attachments: one.running ? nameless : left }, unplugged }];
  });
  return withNode({ ...world, containers: new Map(containers) }, letter, { member: false });
}

/** A node that joins again is another node to the swarm; what is new on it is passed on as ever. */
export function join(world: World, letter: NodeLetter): World {
  const gossip = new Map([...world.gossip].filter(([pair]) => !pair.split('>').includes(letter)));
  return withNode({ ...world, gossip }, letter, { member: true, drained: false });
}
