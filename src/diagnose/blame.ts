import type { PortObservation } from '../probe/measure-ports.ts';
import { machineOf, machinesOnTheWay, seen } from './diagnosis.ts';
import type { Confidence, Evidence, Facts, PingFact } from './facts.ts';
import { type CountedRule, type Flow, mayConcern } from './rules.ts';

/** Where packets ended, as far as rules and captures show it. */
export interface Blame {
  node: string | null;
  confidence: Exclude<Confidence, 'undecided'>;
  rule: CountedRule | null;
  evidence: readonly Evidence[];
}

/** Rules on a machine that counted, and may be about such packets. */
export function rulesAbout(facts: Facts, machine: string, flow: Flow): readonly CountedRule[] {
  return machineOf(facts, machine)?.counted?.filter((rule) => mayConcern(rule, flow)) ?? [];
}

export function ruleEvidence(node: string, rule: CountedRule): Evidence {
  const packets = `${rule.counted} ${rule.counted === 1 ? 'packet' : 'packets'}`;
  return seen(node, `rule of ${rule.table}`, `"${rule.text}" dropped ${packets} meanwhile`);
}

/** Packets from one machine to another that passed the interfaces on the segment; null where nobody watched. */
export function passed(
  facts: Facts,
  at: string,
  out: boolean,
  flow: Pick<Flow, 'protocol' | 'from' | 'to' | 'ports'>,
): number | null {
  const machine = machineOf(facts, at);
  if (machine?.packets == null) return null;
  return machine.packets
    .filter(
      (row) =>
        row.at === 'segment' &&
        row.out === out &&
        row.protocol === flow.protocol &&
        flow.from.includes(row.from) &&
        flow.to.includes(row.to) &&
        (flow.ports.length === 0 || (row.port !== null && flow.ports.includes(row.port))),
    )
    .reduce((sum, { packets }) => sum + packets, 0);
}

/**
 * On which machine packets end that go from one to the other: where a rule that may be about them counted, else by where they
 * were still seen. Null: neither rules nor captures tell.
 */
export function blame(facts: Facts, from: string, to: string, flow: Flow): Blame | null {
  const name = `${flow.protocol}${flow.ports.length === 0 ? '' : ` ${flow.ports.join(', ')}`}`;
  const left = passed(facts, from, true, flow);
  const arrived = passed(facts, to, false, flow);
  const trail = [
    ...(left === null ? [] : [seen(from, `${name} to ${to}`, `${left} left`)]),
    ...(arrived === null ? [] : [seen(to, `${name} from ${from}`, `${arrived} arrived`)]),
  ];
  // What arrived cannot have been dropped where it left; what did not leave cannot have been dropped where it should arrive.
  for (const [machine, possible] of [
    [to, arrived !== 0],
    [from, left === null || arrived === 0 || arrived === null],
  ] as const) {
    const [rule] = possible ? rulesAbout(facts, machine, flow) : [];
    if (rule !== undefined) {
      return { node: machine, confidence: 'certain', rule, evidence: [ruleEvidence(machine, rule), ...trail] };
    }
  }
  if (left === null || arrived === null) return null;
  const where = arrived > 0 ? to : left > 0 ? null : from;
  return { node: where, confidence: 'likely', rule: null, evidence: trail };
}

/** Of what was measured of a port between two machines, what did not get through, in both directions. */
export function shutWays(
  { ports }: Facts,
  nodes: readonly string[],
  protocol: PortObservation['protocol'],
  port: number | null,
): readonly PortObservation[] {
  return (ports ?? []).filter(
    (one) =>
      one.protocol === protocol &&
      one.port === port &&
      nodes.includes(one.from) &&
      nodes.includes(one.to) &&
      (one.outcome === 'timeout' || one.outcome === 'unreachable'),
  );
}

/** Whether anything at all was seen to get through between two machines; null: nothing was measured. */
export function hearsOf(facts: Facts, one: string, other: string): boolean | null {
  const between = ({ from, to }: { from: string; to: string }) =>
    (from === one && to === other) || (from === other && to === one);
  const pings = facts.pings.filter((ping) => !ping.inside && ping.size < 100 && between(ping));
  const ports = facts.ports?.filter((port) => between(port) && port.outcome !== 'not-measured') ?? [];
  if (pings.some(({ answered }) => answered > 0)) return true;
  if (ports.some(({ outcome }) => outcome === 'reached' || outcome === 'refused' || outcome === 'one-way')) return true;
  // Silence of one kind alone may be a filter's doing.
  return pings.length === 0 || ports.length === 0 ? null : false;
}

/** Small echo requests between two machines, in both directions together. */
export function smallPings({ pings }: Facts, one: string, other: string): { sent: number; answered: number } {
  const between = pings.filter(
    ({ inside, size, from, to }) =>
      !inside && size < 100 && ((from === one && to === other) || (from === other && to === one)),
  );
  return {
    sent: between.reduce((sum, { sent }) => sum + sent, 0),
    answered: between.reduce((sum, { answered }) => sum + answered, 0),
  };
}

/** Who of two has the same trouble with third machines; null: both, neither, or nobody was asked. */
export function oddOneOut(facts: Facts, isBad: (one: string, other: string) => boolean | null): string | null {
  const { from, to } = facts;
  const thirds = [...facts.machines.keys()].filter((name) => name !== from.machine && name !== to.machine);
  const troubled = (machine: string) => {
    const known = thirds.map((third) => isBad(machine, third)).filter((bad) => bad !== null);
    return known.length === 0 ? null : known.some(Boolean);
  };
  const [one, other] = [troubled(from.machine), troubled(to.machine)];
  if (one === null || other === null || one === other) return null;
  return one ? from.machine : to.machine;
}

/** Rules on one of the two machines that counted and meet `wanted`. */
export function ruleOn(
  facts: Facts,
  wanted: (rule: CountedRule) => boolean,
): { node: string; rule: CountedRule } | null {
  for (const { machine, counted } of machinesOnTheWay(facts).toReversed()) {
    const rule = counted?.find(wanted);
    if (rule !== undefined) return { node: machine, rule };
  }
  return null;
}

/** Whether an echo went between those two, either way. */
export const isBetween = ({ from, to }: Pick<PingFact, 'from' | 'to'>, one: string, other: string) =>
  (from === one && to === other) || (from === other && to === one);
