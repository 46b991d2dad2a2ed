import { ownerOf, type PresentContainer } from '../experiment/running/running.ts';
import type { ChosenEnd } from '../experiment/running/select.ts';
import type { NetworkView } from '../fabric/engine-port.ts';
import type { LabPlan } from '../plan/types.ts';
import type { EngineSeen } from './engines.ts';
import type { EndFacts, Way } from './facts.ts';

/** What the engines have, by node. */
export type Seen = ReadonlyMap<string, EngineSeen>;

export interface Pair {
  from: EndFacts;
  to: EndFacts;
  way: Way;
  /** The network that the packets leave by, on the asker's node; null: none, or not known. */
  network: NetworkView | null;
  /** Name of the target's network that its address is of; null: a machine's. */
  targetNetwork: string | null;
}

/** Where somebody stands: in a machine's own namespace, or on networks. */
type Stand = { kind: 'machine' } | { kind: 'networks'; owner: PresentContainer; attached: readonly Attached[] };

interface Attached {
  name: string;
  ip: string;
  mac: string;
  view: NetworkView | null;
}

const plumbing = ['ingress', 'docker_gwbridge'];

/** Between whom, and how the packets should go. Pure. */
export function planPair(from: ChosenEnd, to: ChosenEnd, seen: Seen, plan: LabPlan): Pair {
  const fromStand = standOf(from, seen);
  const toStand = standOf(to, seen);
  const [leaves, enters] = joint(from, to, fromStand, toStand);
  const way = wayOf(from, to, fromStand, toStand, leaves, enters);
  return {
    from: endOf(from, fromStand, leaves, plan),
    to: endOf(to, toStand, enters, plan),
    way,
    network: leaves?.view ?? enters?.view ?? null,
    targetNetwork: enters?.name ?? null,
  };
}

function present(seen: Seen): readonly PresentContainer[] {
  return [...seen.values()].flatMap(({ containers }) => containers);
}

function standOf(end: ChosenEnd, seen: Seen): Stand {
  if (end.kind === 'machine') return { kind: 'machine' };
  const owner = ownerOf(end.container, present(seen)) ?? end.container;
  if (owner.view.networkMode === 'host') return { kind: 'machine' };
  const networks = viewsFor(owner.node, seen);
  const attached = Object.entries(owner.view.addresses)
    .filter(([, { ip }]) => ip !== '')
    .map(([name, { ip, mac }]) => ({ name, ip, mac: mac.toLowerCase(), view: networks.get(name) ?? null }))
    .toSorted((left, right) => Number(plumbing.includes(left.name)) - Number(plumbing.includes(right.name)));
  return { kind: 'networks', owner, attached };
}

/** Networks by name; a swarm's are the same everywhere, so that any engine's word is good where the node's own is silent. */
function viewsFor(node: string, seen: Seen): ReadonlyMap<string, NetworkView> {
  const everywhere = [...seen.values()].flatMap(({ networks }) => networks.filter(({ scope }) => scope === 'swarm'));
  return new Map([...everywhere, ...(seen.get(node)?.networks ?? [])].map((view) => [view.name, view]));
}

/** By which of its networks the packets leave, and on which of the target's they arrive. */
function joint(from: ChosenEnd, to: ChosenEnd, fromStand: Stand, toStand: Stand): [Attached | null, Attached | null] {
  const out = fromStand.kind === 'networks' ? fromStand.attached : [];
  const into = toStand.kind === 'networks' ? toStand.attached : [];
  for (const target of into) {
    const shared = out.find((one) => isShared(one, target, machineOf(from) === machineOf(to)));
    if (shared !== undefined) return [shared, target];
  }
  const onSegment = ({ view }: Attached) => parentOf(view) !== null;
  const leaves = toStand.kind === 'machine' ? (out.find(onSegment) ?? out[0]) : out[0];
  const beside = into.find((target) => onSegment(target) && out.some(onSegment));
  return [leaves ?? null, beside ?? into[0] ?? null];
}

function isShared(one: Attached, other: Attached, sameNode: boolean): boolean {
  if (one.name !== other.name || plumbing.includes(one.name)) return false;
  if (one.view === null || other.view === null) return one.name === other.name && sameNode;
  if (one.view.driver !== other.view.driver) return false;
  if (sameNode || one.view.scope === 'swarm') return one.view.id === other.view.id || one.view.driver !== 'overlay';
  return parentOf(one.view) !== null && parentOf(one.view) === parentOf(other.view);
}

/** The interface that a macvlan or an ipvlan in mode l2 is tied to. */
function parentOf(view: NetworkView | null): string | null {
  if (view === null || (view.driver !== 'macvlan' && view.driver !== 'ipvlan')) return null;
  if ((view.options.ipvlan_mode ?? 'l2') !== 'l2') return null;
  return view.options.parent ?? null;
}

function wayOf(
  from: ChosenEnd,
  to: ChosenEnd,
  fromStand: Stand,
  toStand: Stand,
  leaves: Attached | null,
  enters: Attached | null,
): Way {
  const sameNode = machineOf(from) === machineOf(to);
  if (sameNode && fromStand.kind === 'machine' && toStand.kind === 'machine') return { kind: 'own' };
  if (fromStand.kind === 'networks' && toStand.kind === 'networks' && fromStand.owner === toStand.owner) {
    return { kind: 'own' };
  }
  if (fromStand.kind === 'machine' && toStand.kind === 'machine') return { kind: 'machines' };
  const parent = parentOf(leaves?.view ?? null) ?? (leaves === null ? parentOf(enters?.view ?? null) : null);
  if (parent !== null && from.id !== 'world' && to.id !== 'world') {
    const network = leaves ?? enters;
    const bothThere = leaves === null || enters === null || parentOf(enters.view) !== null;
    if (bothThere) return { kind: 'parent', driver: network?.view?.driver ?? '', network: network?.name ?? '', parent };
  }
  if (leaves !== null && enters !== null && isShared(leaves, enters, sameNode)) {
    const { view, name } = leaves;
    if (view === null) return { kind: 'unknown' };
    if (view.driver === 'overlay') return { kind: 'overlay', network: name, encrypted: 'encrypted' in view.options };
    return { kind: 'bridge', network: name };
  }
  if (fromStand.kind === 'machine' && sameNode && enters?.view?.driver === 'bridge') {
    return { kind: 'bridge', network: enters.name };
  }
  return { kind: 'routed' };
}

function endOf(end: ChosenEnd, stand: Stand, attached: Attached | null, plan: LabPlan): EndFacts {
  const machine = machineOf(end);
  const machineAddress = [...plan.nodes, plan.world].find(({ name }) => name === machine)?.address ?? '';
  const base = { id: end.id, kind: end.kind, machine, machineAddress };
  if (end.kind === 'machine') {
    return { ...base, name: end.name, address: machineAddress, mac: null, running: true };
  }
  const { name, running } = end.container.view;
  if (stand.kind === 'machine') return { ...base, name, address: machineAddress, mac: null, running };
  return { ...base, name, address: attached?.ip ?? null, mac: attached?.mac ?? null, running };
}

export function machineOf(end: ChosenEnd): string {
  return end.kind === 'machine' ? end.machine : end.container.node;
}

/** Running containers on the network that the pair's packets go by, where one address must be one container's. */
export function crowdOf({ way, from }: Pair, seen: Seen): readonly PresentContainer[] {
  if (way.kind !== 'bridge' && way.kind !== 'overlay' && way.kind !== 'parent') return [];
  const { network, kind } = way;
  return present(seen).filter(
    ({ node, view }) =>
      view.running &&
      view.sandboxKey !== '' &&
      network in view.addresses &&
      (kind !== 'bridge' || node === from.machine),
  );
}
