import type { By, Probe, Protocol } from '../../probe/types.ts';
import { type Asker, probeByHand } from '../by-hand.ts';
import { ownerOf, type PresentContainer } from './running.ts';
import type { ChosenEnd } from './select.ts';

/** One probe of a matrix, and what a person would type for it. */
export interface Question {
  probe: Probe;
  by: By;
  target: string;
  reproduce: string | null;
}

const protocols: readonly Protocol[] = ['icmp', 'tcp', 'udp'];
/** That nobody else needs a route to: of a container that shares some other network with the asker, not this one is asked. */
const plumbing = ['ingress', 'docker_gwbridge'];

/** Everybody in `from` asks for everybody in `to`, by name and then by address, over each protocol. Pure. */
export function planQuestions(
  from: readonly ChosenEnd[],
  to: readonly ChosenEnd[],
  network: string | null,
  present: readonly PresentContainer[],
  nodeAddresses: ReadonlyMap<string, string>,
  lab: string,
): readonly Question[] {
  const questions: Question[] = [];
  for (const by of ['name', 'ip'] as const) {
    for (const asker of from) {
      for (const asked of to) {
        const target = by === 'name' ? nameOf(asked) : addressFor(asker, asked, network, present, nodeAddresses);
        if (target === null) continue;
        for (const protocol of protocols) {
          const aim = by === 'name' ? { by, name: target } : { by, address: target };
          const probe = { id: questions.length + 1, from: asker.id, to: asked.id, aim, protocol, port: null };
          questions.push({ probe, by, target, reproduce: probeByHand(lab, askerOf(asker), protocol, target, null) });
        }
      }
    }
  }
  return questions;
}

function nameOf(end: ChosenEnd): string {
  return end.kind === 'container' ? end.container.view.name : end.name;
}

function askerOf(end: ChosenEnd): Asker {
  if (end.kind === 'machine') return { machine: end.machine, container: null };
  return { machine: end.container.node, container: end.container.view.name };
}

/** The address to aim at: on the network that was asked for, else on one that both have, else on the first; null: it has none. */
function addressFor(
  from: ChosenEnd,
  to: ChosenEnd,
  network: string | null,
  present: readonly PresentContainer[],
  nodeAddresses: ReadonlyMap<string, string>,
): string | null {
  if (to.kind === 'machine') return to.address;
  const owner = ownerOf(to.container, present);
  if (owner === null) return null;
  if (owner.view.networkMode === 'host') return nodeAddresses.get(owner.node) ?? null;
  const own = addressesOf(owner);
  const shared =
    from.kind === 'container' ? addressesOf(ownerOf(from.container, present) ?? from.container) : new Map();
  if (network !== null) return own.get(network) ?? null;
  const names = [...own.keys()].toSorted((left, right) => rank(left, shared) - rank(right, shared));
  const [first] = names;
  if (first !== undefined) return own.get(first) ?? null;
  // A container on no network has itself, over loopback.
  return from.id === to.id ? '127.0.0.1' : null;
}

function rank(network: string, shared: ReadonlyMap<string, string>): number {
  return (plumbing.includes(network) ? 2 : 0) + (shared.has(network) ? 0 : 1);
}

/** Of each network that it has an address on. */
export function addressesOf({ view }: PresentContainer): ReadonlyMap<string, string> {
  return new Map(Object.entries(view.addresses).flatMap(([network, { ip }]) => (ip === '' ? [] : [[network, ip]])));
}
