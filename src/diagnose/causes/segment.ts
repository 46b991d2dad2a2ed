import { hearsOf, isBetween, oddOneOut, ruleEvidence, ruleOn, smallPings } from '../blame.ts';
import { crosses, diagnose, machinesOnTheWay, onNode, seen } from '../diagnosis.ts';
import type { Diagnosis, Evidence, Facts, Judge } from '../facts.ts';
import { isAboutEverything, isByChance, mayConcern } from '../rules.ts';
import type { Netem } from '../tables.ts';

/** Of two nodes of one machine none is lost, however busy it is; on a real segment one may be. */
const fewestLost = 3;
const fewestSent = 30;
const slowMs = 20;
const timesSlower = 5;
/** Answers that take longer than this part of what their asker waits may come after it: then none of them is lost. */
const lateShare = 0.6;

/** The two machines, named so that the one to look at is first. */
function two({ from, to }: Facts, node: string | null): readonly [string, string] {
  return node === from.machine ? [from.machine, to.machine] : [to.machine, from.machine];
}

function peersOf({ from, to }: Facts) {
  const addresses = [from.machineAddress, to.machineAddress];
  return { protocol: 'udp', from: addresses, to: addresses, ports: [] } as const;
}

export const partitioned: Judge = (facts) => {
  const { from, to } = facts;
  if (!crosses(facts) || hearsOf(facts, from.machine, to.machine) !== false) return null;
  // Interfaces that nobody could look at may be down.
  if (machinesOnTheWay(facts).filter(({ links }) => links !== null).length < 2) return null;
  const isBad = (one: string, other: string) => {
    const { sent, answered } = smallPings(facts, one, other);
    return sent === 0 ? null : answered === 0;
  };
  const odd = oddOneOut(facts, isBad);
  const found = ruleOn(facts, (rule) => isAboutEverything(rule) && mayConcern(rule, peersOf(facts)));
  const [node, other] = two(facts, odd);
  const { sent } = smallPings(facts, from.machine, to.machine);
  const everybody = odd === null ? `${node} and ${other} hear nothing of each other` : `${node} hears of nobody`;
  const evidence: Evidence[] = [
    seen(from.machine, `echo to ${to.machine} and back`, `0 of ${sent} answered`),
    seen(null, "the swarm's ports between the two", 'none reached, in no direction'),
    ...(found === null ? [] : [ruleEvidence(found.node, found.rule)]),
  ];
  const remedy =
    found === null ? onNode(facts, node, 'ip', 'neigh') : onNode(facts, found.node, 'iptables', '-S', found.rule.chain);
  return diagnose(
    'segment.partitioned',
    // Of two that are cut off from each other alone, each is as good: the one that was asked for.
    odd ?? found?.node ?? to.machine,
    'certain',
    `${everybody} on the segment`,
    evidence,
    remedy,
  );
};

export const losesPackets: Judge = (facts) => {
  const { from, to } = facts;
  if (!crosses(facts)) return null;
  const lostBetween = (one: string, other: string) => {
    // In a direction in which nothing is answered it is no share that is lost.
    const partly = facts.pings.filter(
      (ping) => !ping.inside && ping.size < 100 && isBetween(ping, one, other) && ping.answered > 0,
    );
    const sent = partly.reduce((sum, ping) => sum + ping.sent, 0);
    const answered = partly.reduce((sum, ping) => sum + ping.answered, 0);
    return sent < fewestSent ? null : { lost: sent - answered, sent, answered };
  };
  const pair = lostBetween(from.machine, to.machine);
  if (pair === null || pair.lost < fewestLost || pair.answered === 0 || answersAreLate(facts)) return null;
  const isBad = (one: string, other: string) => {
    const third = lostBetween(one, other);
    return third === null ? null : third.lost >= fewestLost;
  };
  const odd = oddOneOut(facts, isBad);
  const source = lossyRule(facts) ?? lossyQueue(facts) ?? suspectProgram(facts, odd);
  const node = source?.node ?? odd;
  const [one, other] = two(facts, node);
  const share = Math.round((pair.lost * 100) / pair.sent);
  const diagnosis = diagnose(
    'segment.loses-packets',
    node,
    source?.confidence ?? 'likely',
    `about ${share}% of the echoes between ${one} and ${other} are lost${node === null ? '' : `, at ${node}`}`,
    [
      seen(from.machine, `echo between ${from.machine} and ${to.machine}`, `${pair.lost} of ${pair.sent} lost`),
      ...(source === null ? [] : [source.evidence]),
    ],
    source?.remedy ?? onNode(facts, node ?? from.machine, 'tc', 'qdisc', 'show'),
  );
  return { ...diagnosis, byEchoesAlone: source === null };
};

/** What on a node throws packets away, and how to see it. */
interface LossSource {
  node: string;
  confidence: 'certain' | 'likely';
  evidence: Evidence;
  remedy: string;
}

function lossyRule(facts: Facts): LossSource | null {
  const found = ruleOn(facts, isByChance);
  if (found === null) return null;
  const { node, rule } = found;
  const remedy = onNode(facts, node, 'iptables', '-S', rule.chain);
  return { node, confidence: 'certain', evidence: ruleEvidence(node, rule), remedy };
}

function lossyQueue(facts: Facts): LossSource | null {
  const found = netemOn(facts, ({ loses }) => loses);
  if (found === null) return null;
  const { machine: node, device } = found;
  const remedy = onNode(facts, node, 'tc', 'qdisc', 'show');
  return { node, confidence: 'certain', evidence: seen(node, 'tc qdisc', `netem on ${device}`), remedy };
}

/** What a program does cannot be read of it: it is named where nothing speaks for another node. */
function suspectProgram(facts: Facts, odd: string | null): LossSource | null {
  for (const { machine: node, programs, segment } of machinesOnTheWay(facts)) {
    const [program] = programs ?? [];
    if (program === undefined || segment === null || (odd !== null && odd !== node)) continue;
    const show = ['tc', 'filter', 'show', 'dev', segment.name, program.hook] as const;
    const evidence = seen(node, show.join(' '), program.text.slice(0, 100));
    return { node, confidence: 'likely', evidence, remedy: onNode(facts, node, ...show) };
  }
  return null;
}

/** Whether so much time passes that what is missing may be on its way, and says nothing: neither of loss nor of shut ports. */
export function answersAreLate(facts: Facts): boolean {
  const { from, to, pings } = facts;
  const between = pings.filter((ping) => !ping.inside && isBetween(ping, from.machine, to.machine));
  const waitMs = Math.min(...between.map((ping) => ping.waitMs));
  return (medianBetween(facts, from.machine, to.machine) ?? 0) >= waitMs * lateShare;
}

/** How long small echoes between two machines take; null: none was answered. */
function medianBetween({ pings }: Facts, one: string, other: string): number | null {
  const times = pings
    .filter((ping) => !ping.inside && ping.size < 100 && isBetween(ping, one, other))
    .flatMap(({ medianMs }) => medianMs ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** The machine on the way whose queue on the segment is netem, and does that. */
function netemOn(
  facts: Facts,
  wanted: (netem: Netem) => boolean,
): { machine: string; device: string; delayMs: number } | null {
  for (const { machine, netem, segment } of machinesOnTheWay(facts)) {
    const found = segment === null ? undefined : netem?.get(segment.name);
    if (segment !== null && found !== undefined && wanted(found))
      return { machine, device: segment.name, delayMs: found.delayMs };
  }
  return null;
}

const holdsBack = ({ delayMs }: Netem) => delayMs > 0;

/** Answers come, or would, and later than a probe waits for them: nothing on the way need be closed. */
export const tooSlow: Judge = (facts) => {
  const { from, to, patienceMs } = facts;
  if (!crosses(facts)) return null;
  const median = medianBetween(facts, from.machine, to.machine);
  if (median !== null) return median < patienceMs ? null : delayed(facts, median);
  const netem = netemOn(facts, holdsBack);
  if (netem === null || netem.delayMs < patienceMs) return null;
  const { machine, device, delayMs } = netem;
  return diagnose(
    'segment.delays',
    machine,
    'certain',
    `${machine} holds back all that it sends on the segment for ${delayMs} ms, longer than a probe waits for its answer`,
    [
      seen(machine, 'tc qdisc', `netem on ${device}, delay ${delayMs} ms`),
      seen(from.machine, `echo to ${to.machine}`, `no answer came within ${patienceMs} ms`),
    ],
    onNode(facts, machine, 'tc', 'qdisc', 'show'),
  );
};

export const delays: Judge = (facts) => {
  const { from, to } = facts;
  if (!crosses(facts)) return null;
  const medianOf = (one: string, other: string) => medianBetween(facts, one, other);
  const median = medianOf(from.machine, to.machine);
  if (median === null) return null;
  const others = [...facts.machines.keys()].flatMap((one) =>
    [...facts.machines.keys()].flatMap((other) => (one < other ? (medianOf(one, other) ?? []) : [])),
  );
  const slow = median >= slowMs && median >= Math.min(...others) * timesSlower;
  return slow || (netemOn(facts, holdsBack) !== null && median >= 1) ? delayed(facts, median) : null;
};

function delayed(facts: Facts, median: number): Diagnosis {
  const { from, to } = facts;
  const netem = netemOn(facts, holdsBack);
  const isSlow = (one: string, other: string) => {
    const third = medianBetween(facts, one, other);
    return third === null ? null : third * 2 > median;
  };
  const node = netem?.machine ?? oddOneOut(facts, isSlow);
  const diagnosis = diagnose(
    'segment.delays',
    node,
    netem === null ? 'likely' : 'certain',
    `an echo between ${from.machine} and ${to.machine} takes ${Math.round(median)} ms${node === null ? '' : `, held up at ${node}`}`,
    [
      seen(from.machine, `echo to ${to.machine}`, `${median} ms in the middle`),
      ...(netem === null
        ? []
        : [seen(netem.machine, 'tc qdisc', `netem on ${netem.device}, delay ${netem.delayMs} ms`)]),
    ],
    onNode(facts, node ?? from.machine, 'tc', 'qdisc', 'show'),
  );
  return { ...diagnosis, byEchoesAlone: netem === null };
}
