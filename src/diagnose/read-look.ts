import type { ArpFact, HeldAddress, InteriorFacts, MachineFacts, PingFact } from './facts.ts';
import { overlayId, type Watched } from './look.ts';
import type { Pair, Seen } from './pair.ts';
import { countedRules, parseDropRules } from './rules.ts';
import type { NeighbourTable } from './tables.ts';
import {
  parseFdb,
  parseLinks,
  parseListeners,
  parseNeighbours,
  parseNeighbourTable,
  parseNetem,
  parseTcFilters,
  parseVxlan,
} from './tables.ts';
import type { ArpAnswer, Look, NeighbourTexts, PingAnswer, WitnessReport } from './witness-protocol.ts';

type Report<Op extends WitnessReport['op']> = Extract<WitnessReport, { op: Op }>;

/** All that one witness said. */
export interface Testimony {
  watched: Watched;
  look: Look;
  watching: Report<'watching'>;
  clockMs: { from: number; to: number };
  /** Null: it was lost meanwhile. */
  asked: Report<'asked'> | null;
  seen: Report<'seen'> | null;
}

/** What a witness said, as facts. Pure and total. */
export function readMachine({ watched, watching, clockMs, seen }: Testimony): MachineFacts {
  const { machine, address } = watched;
  const { tables } = watching;
  const links = parseLinks(tables.links);
  const segment = links?.find(({ addresses }) => addresses.includes(address)) ?? null;
  const before = tables.rules === null ? null : parseDropRules(tables.rules);
  const after = seen?.tables.rules == null ? null : parseDropRules(seen.tables.rules);
  return {
    machine,
    address,
    links,
    segment,
    netem: parseNetem(tables.queues),
    programs:
      tables.filters
        ?.filter(({ device }) => device === segment?.name)
        .flatMap(({ hook, text }) => parseTcFilters(text).map((line) => ({ hook, text: line }))) ?? null,
    forwarding: tables.forwarding === null ? null : tables.forwarding.trim() === '1',
    counted: before === null || after === null ? null : countedRules(before, after),
    uncounted: (after ?? []).filter(({ packets }) => packets === null),
    packets: seen === null || !seenSegment(watching.failures) ? null : seen.packets,
    clockMs,
    overlays: new Map(
      (seen?.tables.overlays ?? [])
        .filter(({ id }) => id === overlayId)
        .map(({ id, links, fdb, neighbours }) => [
          id,
          { vxlan: parseVxlan(links), fdb: parseFdb(fdb), neighbours: parseNeighbours(neighbours) },
        ]),
    ),
    interiors: new Map(
      tables.interiors.map(({ id, addresses, tcp, udp }): [string, InteriorFacts] => [
        id,
        { links: parseLinks(addresses), tcp: parseListeners(tcp, 'tcp'), udp: parseListeners(udp, 'udp') },
      ]),
    ),
  };
}

/** Where the capture could not be opened nothing was seen, which is not the same as that nothing passed. */
function seenSegment(failures: readonly string[]): boolean {
  return !failures.some((failure) => failure.startsWith('capture at segment'));
}

/** The echoes that a witness sent: between machines, or inside, from one end to the other. */
export function readPings(testimony: Testimony, { from, to }: Pair): readonly PingFact[] {
  const { watched, look } = testimony;
  return answersOf(testimony)
    .filter(isPing)
    .flatMap((answer): PingFact[] => {
      const spec = look.asks.find(({ id }) => id === answer.id);
      if (spec?.kind !== 'ping') return [];
      const inside = answer.id.startsWith('inside ');
      const other = answer.id.split(' ')[1] ?? '';
      const ends = inside ? { from: from.id, to: to.id } : { from: watched.machine, to: other };
      return [{ ...answer, ...ends, size: spec.size, waitMs: spec.waitMs, inside }];
    });
}

export function readArps(testimony: Testimony): readonly ArpFact[] {
  const { look } = testimony;
  return answersOf(testimony)
    .filter(isArp)
    .flatMap((answer): ArpFact[] => {
      const spec = look.asks.find(({ id }) => id === answer.id);
      if (spec?.kind !== 'arp') return [];
      const [, address = '', ...asker] = answer.id.split(' ');
      return [{ ...answer, from: asker.join(' '), to: spec.to, address }];
    });
}

/** All that came until the end of the watch, which is later than the asks' own. */
const answersOf = ({ asked, seen }: Testimony) => seen?.answers ?? asked?.answers ?? [];
const isPing = (answer: PingAnswer | ArpAnswer): answer is PingAnswer => 'answered' in answer;
const isArp = (answer: PingAnswer | ArpAnswer): answer is ArpAnswer => 'macs' in answer;

/** Addresses that containers have in their namespaces, on interfaces other than loopback. */
export function readHeld({ watched, watching }: Testimony, seen: Seen): readonly HeldAddress[] {
  return watching.tables.crowd.flatMap(({ id, addresses }) => {
    const container = seen.get(watched.machine)?.containers.find((one) => one.id === id);
    const given = new Set(Object.values(container?.view.addresses ?? {}).map(({ ip }) => ip));
    return (parseLinks(addresses) ?? [])
      .filter(({ name }) => name !== 'lo')
      .flatMap(({ mac, addresses: held }) =>
        held.map((address) => ({ id, node: watched.machine, address, mac, own: given.has(address) })),
      );
  });
}

/** What a witness could not look at, in words. */
export function missingOf({ watched, watching, asked, seen }: Testimony): readonly string[] {
  const said = [...watching.failures, ...(seen?.failures ?? [])];
  const lost = asked === null || seen === null ? ['its witness was lost'] : [];
  const flooded = seen?.overflowed === true ? ['more packets passed than a capture keeps'] : [];
  return [...said, ...lost, ...flooded].map((what) => `${watched.machine}: ${what}`);
}

export function readNeighbourTable(texts: NeighbourTexts | null | undefined): NeighbourTable | null {
  return texts == null ? null : parseNeighbourTable(texts.stat, texts.limit);
}
