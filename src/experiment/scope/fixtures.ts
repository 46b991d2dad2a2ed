import type { NetworkSpec } from '../../fabric/engine-port.ts';
import { nodeSubnet, overlaySubnet } from '../../plan/experiment-addresses.ts';
import type { EngineNode, LabPlan } from '../../plan/types.ts';
import type { DriverId } from '../types.ts';
import { type Fixture, type FixtureContainer, type FixtureNetwork, type Part, scopeLabels } from './fixture.ts';
import type { Sites } from './sites.ts';

const letters = { subject: 'a', sibling: 'b', peer: 'c', origin: 'origin' } as const;

/** Each network's own slice of its node's pool, or of the overlay pool, whose first is for the swarm's readiness check. */
const nodeSlices = { 'bridge-user': 1, 'ipvlan-l3': 2, container: 3 } as const;
const overlaySlices = { overlay: 2, 'overlay-encrypted': 3 } as const;

/** What has to stand on the nodes to measure one driver: networks and containers, in no order of time. Pure. */
export function planFixture(driver: DriverId, plan: LabPlan, sites: Sites): Fixture {
  switch (driver) {
    case 'bridge-default':
      return builtIn(driver, 'bridge', 'bridge', sites, ['subject', 'sibling', 'peer']);
    case 'host':
      return builtIn(driver, 'host', 'host', sites, ['subject', 'peer']);
    case 'none':
      return builtIn(driver, 'null', 'none', sites, ['subject', 'sibling', 'peer']);
    case 'bridge-user': {
      const networks = onEachNode(sites, (node) => bridge(driver, plan, node));
      return made(
        driver,
        'bridge',
        networks,
        containersOn(driver, sites, ['subject', 'sibling', 'peer'], networkName(driver)),
      );
    }
    case 'container':
      return sharer(plan, sites);
    case 'macvlan':
    case 'ipvlan-l2':
    case 'ipvlan-l3': {
      const networks = onEachNode(sites, (node) => onParent(driver, plan, node));
      const dockerDriver = driver === 'macvlan' ? 'macvlan' : 'ipvlan';
      return made(
        driver,
        dockerDriver,
        networks,
        containersOn(driver, sites, ['subject', 'sibling', 'peer'], networkName(driver)),
      );
    }
    case 'overlay':
    case 'overlay-encrypted': {
      const networks = [overlay(driver, plan, sites.home)];
      return made(
        driver,
        'overlay',
        networks,
        containersOn(driver, sites, ['subject', 'sibling', 'peer'], networkName(driver)),
      );
    }
  }
}

/** `sl-macvlan`: the same on every node, as people would name it. */
export function networkName(driver: DriverId): string {
  return `sl-${driver}`;
}

export function containerName(driver: DriverId, part: Part): string {
  return `${driver}-${letters[part]}`;
}

function builtIn(
  driver: DriverId,
  dockerDriver: string,
  network: string,
  sites: Sites,
  parts: readonly Part[],
): Fixture {
  return { driver, dockerDriver, network, networks: [], containers: containersOn(driver, sites, parts, network) };
}

function made(
  driver: DriverId,
  dockerDriver: string,
  networks: readonly FixtureNetwork[],
  containers: readonly FixtureContainer[],
): Fixture {
  return { driver, dockerDriver, network: networkName(driver), networks, containers };
}

/** The origin has the user bridge's address and name; the subject only moves in with it. */
function sharer(plan: LabPlan, sites: Sites): Fixture {
  const networks = onEachNode(sites, (node) => bridge('container', plan, node));
  const subject: FixtureContainer = {
    part: 'subject',
    node: sites.home.name,
    name: containerName('container', 'subject'),
    network: `container:${containerName('container', 'origin')}`,
    joins: 'origin',
  };
  const others = containersOn('container', sites, ['origin', 'sibling', 'peer'], networkName('container'));
  return { driver: 'container', dockerDriver: null, network: null, networks, containers: [...others, subject] };
}

function containersOn(driver: DriverId, sites: Sites, parts: readonly Part[], network: string): FixtureContainer[] {
  return parts.flatMap((part) => {
    const node = part === 'peer' ? sites.peer : sites.home;
    return node === null ? [] : [{ part, node: node.name, name: containerName(driver, part), network, joins: null }];
  });
}

function onEachNode(sites: Sites, build: (node: EngineNode) => FixtureNetwork): FixtureNetwork[] {
  return [sites.home, sites.peer].flatMap((node) => (node === null ? [] : [build(node)]));
}

function bridge(driver: 'bridge-user' | 'container', plan: LabPlan, node: EngineNode): FixtureNetwork {
  const { subnet, gateway } = nodeSubnet(node, nodeSlices[driver]);
  return { node: node.name, spec: network(driver, plan, 'bridge', { subnet, gateway }, {}), onParent: false };
}

function onParent(driver: 'macvlan' | 'ipvlan-l2' | 'ipvlan-l3', plan: LabPlan, node: EngineNode): FixtureNetwork {
  // Without a gateway of its own the engine takes the range's first address and gives it to nobody; without disjoint
  // ranges two nodes, whose address books know nothing of each other, hand out the same one.
  const onSegment = { subnet: plan.segment.subnet, gateway: plan.segment.gateway, ipRange: node.segmentRange };
  switch (driver) {
    case 'macvlan':
      return { node: node.name, spec: network(driver, plan, 'macvlan', onSegment, {}), onParent: true };
    case 'ipvlan-l2':
      return {
        node: node.name,
        spec: network(driver, plan, 'ipvlan', onSegment, { ipvlan_mode: 'l2' }),
        onParent: true,
      };
    case 'ipvlan-l3': {
      const { subnet, gateway } = nodeSubnet(node, nodeSlices[driver]);
      const spec = network(driver, plan, 'ipvlan', { subnet, gateway }, { ipvlan_mode: 'l3' });
      return { node: node.name, spec, onParent: true };
    }
  }
}

function overlay(driver: 'overlay' | 'overlay-encrypted', plan: LabPlan, home: EngineNode): FixtureNetwork {
  const { subnet, gateway } = overlaySubnet(plan, overlaySlices[driver]);
  // The option's presence is what encrypts; its value is not looked at (docker network create --opt encrypted).
  const options: Record<string, string> = driver === 'overlay-encrypted' ? { encrypted: '' } : {};
  const spec = network(driver, plan, 'overlay', { subnet, gateway }, options);
  return { node: home.name, spec: { ...spec, scope: 'swarm', attachable: true }, onParent: false };
}

function network(
  driver: DriverId,
  plan: LabPlan,
  dockerDriver: string,
  ipam: { subnet: string; gateway: string; ipRange?: string },
  options: Readonly<Record<string, string>>,
): NetworkSpec {
  const labels = scopeLabels(plan.lab, driver);
  return { name: networkName(driver), driver: dockerDriver, ipam, options, scope: 'local', labels };
}
