import { parseEngineVersion } from '../experiment/engine-version.ts';
import type { Part } from '../experiment/scope/fixture.ts';
import type { DriverId } from '../experiment/types.ts';
import { parseSubnet } from '../plan/ipv4.ts';
import type { Circumstances, NodeFacts } from './expectation.ts';
import { localNetwork } from './networks.ts';
import { type ContainerWorld, type NetworkWorld, type NodeWorld, newContainer, type World } from './world.ts';

/** The lab as the scope report stands in it, for one driver: A is home, B the peer. Nothing is published; every machine has the routes. */
export function scopeWorld(driver: DriverId, { home, peer }: Circumstances): World {
  const nodes = [nodeWorld('A', home), nodeWorld('B', peer ?? home)];
  const networks = (['A', 'B'] as const).flatMap((letter) => {
    const network = networkOf(driver, letter);
    return network === null ? [] : [network];
  });
  const parts =
    driver === 'container' ? (['origin', 'sibling', 'peer'] as const) : (['subject', 'sibling', 'peer'] as const);
  const containers = parts.map((part) => containerOf(part, driver, networks));
  const lodger = { ...containerOf('subject', 'none', []), attach: { kind: 'container', name: 'origin' } } as const;
  const all = driver === 'container' ? [...containers, lodger] : containers;
  return {
    nodes: new Map(nodes.map((node) => [node.letter, node])),
    networks: new Map(networks.map((network) => [network.key, network])),
    containers: new Map(all.map((container) => [container.name, container])),
    services: new Map(),
    machineNames: new Map([
      ['a', 'A'],
      ['b', 'B'],
      ['lan', 'lan'],
      ['world', 'world'],
    ]),
    segment: segmentOf,
    dataPathPort: 4789,
    clusterStore: false,
    routes: [],
    gossip: new Map(),
    heard: new Set(),
    forgotten: new Set(),
    disturbed: null,
  };
}

/** Any will do: addresses are told apart by their networks. */
const segmentOf = parseSubnet('192.168.56.0/24');
const subnets = { A: parseSubnet('10.1.1.0/24'), B: parseSubnet('10.2.1.0/24') };
const unknownVersion = { major: 0, minor: 0, patch: 0 };

function nodeWorld(letter: 'A' | 'B', { engineVersion, forwardPolicy }: NodeFacts): NodeWorld {
  return {
    letter,
    name: letter.toLowerCase(),
    // One that is not known is taken for an old one, whose filter is the FORWARD chain.
    version: parseEngineVersion(engineVersion) ?? unknownVersion,
    forwardPolicy,
    features: null,
    blocks: [],
    lost: false,
    drained: false,
    member: true,
    roleChanged: false,
  };
}

function networkOf(driver: DriverId, letter: 'A' | 'B'): NetworkWorld | null {
  const local = { ...localNetwork('net', letter), subnet: subnets[letter], routed: true };
  const onSegment = { ...local, subnet: segmentOf, routed: false, parent: { kind: 'segment' } } as const;
  switch (driver) {
    case 'host':
    case 'none':
      return null;
    case 'bridge-default':
      return { ...local, isDefault: true };
    case 'bridge-user':
    case 'container':
      return local;
    case 'macvlan':
      return { ...onSegment, driver: 'macvlan', mode: 'bridge' };
    case 'ipvlan-l2':
      return { ...onSegment, driver: 'ipvlan', mode: 'l2' };
    case 'ipvlan-l3':
      return { ...local, driver: 'ipvlan', mode: 'l3', parent: { kind: 'segment' } };
    case 'overlay':
    case 'overlay-encrypted':
      return {
        ...localNetwork('net', letter),
        key: 'net',
        node: null,
        driver: 'overlay',
        subnet: parseSubnet('10.79.1.0/24'),
        encrypted: driver === 'overlay-encrypted',
      };
  }
}

function containerOf(part: Part, driver: DriverId, networks: readonly NetworkWorld[]): ContainerWorld {
  const node = part === 'peer' ? 'B' : 'A';
  const network = networks.find((one) => one.node === null || one.node === node);
  return newContainer({ name: part, node, attach: attachOf(driver, network) });
}

function attachOf(driver: DriverId, network: NetworkWorld | undefined): ContainerWorld['attach'] {
  if (driver === 'host' || driver === 'none') return { kind: driver };
  return {
    kind: 'networks',
    attachments: network === undefined ? [] : [{ network: network.key, ip: null, aliases: [] }],
  };
}
