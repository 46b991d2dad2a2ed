import { createAlike, createSeen, createSwept } from './compact.ts';
import type { TargetState } from './join.ts';
import type { Control, ReadyPlace, Report, Seen, SenderResult, WireProtocol } from './protocol.ts';

export type StandingPlace = Extract<ReadyPlace, { error: null }>;

/** All that a batch's agents reported, for looking things up. Filled while they run. */
export interface BatchEvidence {
  take(machine: string, report: Report): void;
  /** From now on what this machine saw is not fully known. */
  lose(machine: string, reason: string): void;
  lost(machine: string): string | null;
  /** Why silence from there or to there proves nothing: it was lost, or its connection tracking was full. */
  doubt(machine: string): string | null;
  place(id: string): StandingPlace | { error: string };
  /** Why a place that stood is no longer what was probed; null while it is. */
  gone(id: string): string | null;
  result(probeId: number): SenderResult | undefined;
  /** The answer to a probe over ICMP that was answered at its first try, and that this namespace saw, and no other did. */
  reachedAtOnce(probeId: number, tag: string): { rttMs: number; address: string } | null;
  seenOf(probeId: number, attempt: number): readonly Seen[];
  /** Null where it cannot be told, since several senders have that address and port. */
  synArrived(tag: string, local: string | null): boolean | null;
  /** Who asked for this port from the same source port, and is no sender of the batch; null when nobody did. */
  synThroughNat(tag: string, local: string | null, port: number | null): string | null;
  placesOf(tag: string): readonly string[];
  controlFailure(tag: string, protocol: WireProtocol): string | null;
  target(tag: string, machine: string, protocol: WireProtocol): TargetState;
  notes(): readonly string[];
}

const portOf = (source: string) => source.slice(source.lastIndexOf(':') + 1);

/** An empty evidence store. `placeMachine` gives the machine of each place, for the notes. */
export function createEvidence(): BatchEvidence {
  const missing = new Map<string, string>();
  const places = new Map<string, ReadyPlace>();
  const placeIds = new Map<string, string[]>();
  const results = new Map<number, SenderResult>();
  const swept = createSwept();
  const alike = createAlike();
  const seen = createSeen();
  const gone = new Map<string, string>();
  const syns = new Set<string>();
  const synsByPorts = new Map<string, string[]>();
  const senders = new Map<string, number>();
  const controls = new Map<string, Control>();
  const overflows = new Set<string>();
  const lags = new Map<string, number>();
  const crowded = new Map<string, string>();
  const notes: string[] = [];

  const placesOf = (tag: string): readonly string[] => placeIds.get(tag) ?? [];
  const nameOf = (tag: string) => placesOf(tag)[0] ?? `namespace ${tag}`;

  const takePlace = (place: ReadyPlace) => {
    places.set(place.id, place);
    if (place.error !== null) return;
    placeIds.set(place.tag, [...placesOf(place.tag), place.id]);
  };

  const takeResult = (result: SenderResult) => {
    results.set(result.probeId, result);
    for (const { local } of result.attempts) if (local !== null) senders.set(local, (senders.get(local) ?? 0) + 1);
  };

  const takeControl = (control: Control) => {
    controls.set(control.tag, control);
    if (!control.loUp) notes.push(`${nameOf(control.tag)}: lo is down, so there is no positive control`);
    for (const failure of Object.values(control.failed))
      notes.push(`${nameOf(control.tag)}: control failed: ${failure}`);
  };

  const take = (machine: string, report: Report): void => {
    switch (report.op) {
      case 'ready':
        report.places.forEach(takePlace);
        return;
      case 'results':
        report.results.forEach(takeResult);
        return;
      case 'swept':
        swept.take(machine, report);
        return;
      case 'alike':
        alike.take(report);
        return;
      case 'arrived':
        seen.takeFirst(report);
        return;
      case 'done':
        report.controls.forEach(takeControl);
        return;
      case 'seen':
        seen.take(report);
        return;
      case 'syns':
        for (const { tag, source, port } of report.syns) {
          syns.add(`${tag} ${source}`);
          const key = `${tag} ${portOf(source)} ${port}`;
          synsByPorts.set(key, [...(synsByPorts.get(key) ?? []), source]);
        }
        return;
      case 'collected':
        lags.set(machine, report.worstLagMs);
        for (const { id, error } of report.gone ?? []) {
          gone.set(id, error);
          notes.push(`${id}: ${error}`);
        }
        for (const { tag, protocol, lost } of report.drops) {
          overflows.add(`${tag} ${protocol}`);
          notes.push(`${nameOf(tag)}: sockets for ${protocol} lost ${lost} packets`);
        }
        for (const [what, count] of Object.entries(report.counts)) {
          notes.push(`${machine}: ${what}: ${count}`);
          if (what !== 'conntrackFull') continue;
          crowded.set(
            machine,
            `connection tracking on ${machine} was full (nf_conntrack_max) and dropped ${count} packets`,
          );
        }
        return;
      case 'bye':
        return;
    }
  };

  const doubt = (machine: string) => missing.get(machine) ?? crowded.get(machine) ?? null;
  const controlFailure = (tag: string, protocol: WireProtocol) => controls.get(tag)?.failed[protocol] ?? null;

  return {
    take,
    lose: (machine, reason) => {
      if (missing.has(machine)) return;
      missing.set(machine, reason);
      notes.push(`${machine}: ${reason}`);
    },
    lost: (machine) => missing.get(machine) ?? null,
    doubt,
    place: (id) => {
      const place = places.get(id);
      if (place === undefined) return { error: `no agent stands in ${id}` };
      return place;
    },
    result: (probeId) => swept.result(probeId) ?? alike.result(probeId) ?? results.get(probeId),
    reachedAtOnce: (probeId, tag) => (seen.onlyFirst(probeId, tag) ? swept.answer(probeId) : null),
    seenOf: (probeId, attempt) => seen.of(probeId, attempt),
    gone: (id) => gone.get(id) ?? null,
    synArrived: (tag, local) => {
      if (local === null || !syns.has(`${tag} ${local}`)) return false;
      return senders.get(local) === 1 ? true : null;
    },
    synThroughNat: (tag, local, port) => {
      if (local === null || port === null) return null;
      const sources = synsByPorts.get(`${tag} ${portOf(local)} ${port}`) ?? [];
      return sources.find((source) => !senders.has(source)) ?? null;
    },
    placesOf,
    controlFailure,
    target: (tag, machine, protocol) => ({
      tag,
      missing: doubt(machine),
      overflowed: overflows.has(`${tag} ${protocol}`),
      controlFailure: controlFailure(tag, protocol),
      worstLagMs: lags.get(machine) ?? 0,
    }),
    notes: () => notes,
  };
}
