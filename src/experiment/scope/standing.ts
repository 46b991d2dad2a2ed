import type { ContainerView, DeclaredScope } from '../../fabric/engine-port.ts';
import type { Place } from '../../probe/types.ts';
import type { End } from '../question.ts';
import type { Fixture, Part } from './fixture.ts';
import type { Sites } from './sites.ts';

/** A fixture that runs: its containers as the engines describe them. */
export interface Standing {
  fixture: Fixture;
  declaredScope: DeclaredScope | null;
  /** Options of the network, as the engine states them. */
  options: Readonly<Record<string, string>>;
  containers: ReadonlyMap<Part, { node: string; view: ContainerView }>;
}

/** What an end is called in the batch. */
export function placeId(fixture: Fixture, end: End, sites: Sites): string {
  if (end.kind === 'container') {
    const container = fixture.containers.find((one) => one.part === end.part);
    return `${container?.node ?? sites.home.name}/${container?.name ?? end.part}`;
  }
  switch (end.machine) {
    case 'home':
      return `node:${sites.home.name}`;
    case 'peer':
      return `node:${sites.peer?.name ?? '-'}`;
    case 'lan':
      return 'lan';
    case 'world':
      return 'world';
  }
}

/** The places of the machines; those of containers come from containerPlaces. */
export function machinePlaces(sites: Sites): readonly Place[] {
  const machines: { id: string; machine: string }[] = [
    { id: `node:${sites.home.name}`, machine: sites.home.name },
    ...(sites.peer === null ? [] : [{ id: `node:${sites.peer.name}`, machine: sites.peer.name }]),
    ...(sites.outsider === null ? [] : [{ id: 'lan', machine: sites.outsider.name }]),
    { id: 'world', machine: sites.world.name },
  ];
  return machines.map((machine) => ({
    ...machine,
    namespacePath: null,
    hostsPath: '/etc/hosts',
    resolvConfPath: '/etc/resolv.conf',
  }));
}

export function containerPlaces(standing: Standing): readonly Place[] {
  const origin = standing.containers.get('origin')?.view;
  return [...standing.containers].map(([part, { node, view }]) => ({
    id: placeIdOf(standing, part, node, view),
    machine: node,
    // A container that joined another's namespace has no sandbox; its process stands in the one that it shares.
    namespacePath: view.sandboxKey !== '' ? view.sandboxKey : `/proc/${view.pid}/ns/net`,
    hostsPath: view.hostsPath !== '' ? view.hostsPath : (origin?.hostsPath ?? '/etc/hosts'),
    resolvConfPath: view.resolvConfPath !== '' ? view.resolvConfPath : (origin?.resolvConfPath ?? '/etc/resolv.conf'),
  }));
}

function placeIdOf(standing: Standing, part: Part, node: string, view: ContainerView): string {
  return `${node}/${standing.fixture.containers.find((one) => one.part === part)?.name ?? view.name}`;
}

/** The name that an end is asked for by. A container that shares a namespace is known by its origin's name alone. */
export function nameOf(fixture: Fixture, end: End, sites: Sites): string {
  switch (end.kind) {
    case 'container': {
      const container = fixture.containers.find((one) => one.part === end.part);
      const known =
        container?.joins === null ? container : fixture.containers.find((one) => one.part === container?.joins);
      return known?.name ?? end.part;
    }
    case 'machine':
      return machineOf(end.machine, sites)?.name ?? end.machine;
  }
}

/** The address of an end in the network under test; null where it has none (a container that is not there). */
export function addressOf(standing: Standing, end: End, sites: Sites): string | null {
  if (end.kind === 'machine') return machineOf(end.machine, sites)?.address ?? null;
  const { driver } = standing.fixture;
  const container = standing.containers.get(end.part);
  if (container === undefined) return null;
  if (driver === 'none') return '127.0.0.1';
  if (driver === 'host') return machineOf(end.part === 'peer' ? 'peer' : 'home', sites)?.address ?? null;
  const owner = driver === 'container' && end.part === 'subject' ? standing.containers.get('origin') : container;
  const network = standing.fixture.networks[0]?.spec.name ?? standing.fixture.network ?? '';
  const address = owner?.view.addresses[network]?.ip ?? '';
  return address === '' ? null : address;
}

function machineOf(machine: 'home' | 'peer' | 'lan' | 'world', sites: Sites): { name: string; address: string } | null {
  switch (machine) {
    case 'home':
      return sites.home;
    case 'peer':
      return sites.peer;
    case 'lan':
      return sites.outsider;
    case 'world':
      return sites.world;
  }
}
