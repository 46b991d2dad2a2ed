import { hearsOf, oddOneOut, ruleEvidence, smallPings } from '../blame.ts';
import { crosses, diagnose, machineOf, machinesOnTheWay, onNode, seen } from '../diagnosis.ts';
import type { Diagnosis, Evidence, Facts, Judge, PingFact } from '../facts.ts';
import { type CountedRule, isAboutEverything, isByChance, isByLength, mayConcern } from '../rules.ts';

/** Of two nodes of one machine none is lost, however busy it is; on a real segment one may be. */
const fewestLost = 3;
const fewestSent = 30;
const slowMs = 20;
const timesSlower = 5;
/** Answers that take longer may come after their asker has stopped to wait (witness_asks.py, WAIT): then none of them is lost. */
const lateMs = 300;

/** The two machines, named so that the one to look at is first. */
function two({ from, to }: Facts, node: string | null): readonly [string, string] {
  return node === from.machine ? [from.machine, to.machine] : [to.machine, from.machine];
}

/** Rules on one of the two machines that counted and meet `wanted`. */
function ruleOn(facts: Facts, wanted: (rule: CountedRule) => boolean): { node: string; rule: CountedRule } | null {
  for (const { machine, counted } of machinesOnTheWay(facts).toReversed()) {
    const rule = counted?.find(wanted);
    if (rule !== undefined) return { node: machine, rule };
  }
  return null;
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
  if ((medianBetween(facts, from.machine, to.machine) ?? 0) >= lateMs) return null;
  if (pair === null || pair.lost < fewestLost || pair.answered === 0) return null;
  const isBad = (one: string, other: string) => {
    const third = lostBetween(one, other);
    return third === null ? null : third.lost >= fewestLost;
  };
  const netem = netemOn(facts);
  const found = ruleOn(facts, isByChance);
  const node = found?.node ?? netem?.machine ?? oddOneOut(facts, isBad);
  const [one, other] = two(facts, node);
  const share = Math.round((pair.lost * 100) / pair.sent);
  return diagnose(
    'segment.loses-packets',
    node,
    found !== null || netem !== null ? 'certain' : 'likely',
    `about ${share}% of the echoes between ${one} and ${other} are lost${node === null ? '' : `, at ${node}`}`,
    [
      seen(from.machine, `echo between ${from.machine} and ${to.machine}`, `${pair.lost} of ${pair.sent} lost`),
      ...(found === null ? [] : [ruleEvidence(found.node, found.rule)]),
      ...(netem === null ? [] : [seen(netem.machine, 'tc qdisc', `netem on ${netem.device}`)]),
    ],
    found === null
      ? onNode(facts, node ?? from.machine, 'tc', 'qdisc', 'show')
      : onNode(facts, found.node, 'iptables', '-S', found.rule.chain),
  );
};

/** How long small echoes between two machines take; null: none was answered. */
function medianBetween({ pings }: Facts, one: string, other: string): number | null {
  const times = pings
    .filter((ping) => !ping.inside && ping.size < 100 && isBetween(ping, one, other))
    .flatMap(({ medianMs }) => medianMs ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** The machine on the way whose queue on the segment is netem. */
function netemOn(facts: Facts): { machine: string; device: string; delayMs: number } | null {
  for (const { machine, netem, segment } of machinesOnTheWay(facts)) {
    const delayMs = segment === null ? undefined : netem?.get(segment.name);
    if (segment !== null && delayMs !== undefined) return { machine, device: segment.name, delayMs };
  }
  return null;
}

/** Answers come, or would, and later than a probe waits for them: nothing on the way need be closed. */
export const tooSlow: Judge = (facts) => {
  const { from, to, patienceMs } = facts;
  if (!crosses(facts)) return null;
  const median = medianBetween(facts, from.machine, to.machine);
  if (median !== null) return median < patienceMs ? null : delayed(facts, median);
  const netem = netemOn(facts);
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
  return slow || (netemOn(facts) !== null && median >= 1) ? delayed(facts, median) : null;
};

function delayed(facts: Facts, median: number): Diagnosis {
  const { from, to } = facts;
  const netem = netemOn(facts);
  const isSlow = (one: string, other: string) => {
    const third = medianBetween(facts, one, other);
    return third === null ? null : third * 2 > median;
  };
  const node = netem?.machine ?? oddOneOut(facts, isSlow);
  return diagnose(
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
}

const isBetween = ({ from, to }: Pick<PingFact, 'from' | 'to'>, one: string, other: string) =>
  (from === one && to === other) || (from === other && to === one);

/** Nothing of that size came back, though it could be sent. */
const isSwallowed = ({ sent, answered }: PingFact) => sent >= 2 && answered === 0;

/** Small echoes pass and large ones, which their sender may send, are lost without a word. */
export const mtu: Judge = (facts) => {
  const { from, to, pings } = facts;
  if (!crosses(facts)) return null;
  const pair = pings.filter((ping) => (ping.inside ? true : isBetween(ping, from.machine, to.machine)));
  const small = pair.filter(({ size }) => size < 100);
  if (!small.some(({ answered }) => answered > 0) || small.some(isSwallowed)) return null;
  const swallowed = pair.filter((ping) => ping.size > 100 && isSwallowed(ping));
  // Inside a tunnel packets are smaller than what travels on the segment: of the two the sizes there say more.
  const told = swallowed.some(({ inside }) => !inside) ? swallowed.filter(({ inside }) => !inside) : swallowed;
  const smallest = Math.min(...told.map(({ size }) => size));
  const found = ruleOn(facts, isByLength);
  const mtus = [...facts.machines.values()].flatMap(({ machine, segment }) =>
    segment === null ? [] : [{ machine, mtu: segment.mtu, name: segment.name }],
  );
  const largest = Math.max(...mtus.map(({ mtu }) => mtu));
  const low = mtus.find(({ machine, mtu }) => mtu < largest && [from.machine, to.machine].includes(machine));
  if (swallowed.length === 0 || (low === undefined && smallest === Number.POSITIVE_INFINITY)) return null;
  const isBad = (one: string, other: string) => {
    const between = pings.filter((ping) => !ping.inside && ping.size > 100 && isBetween(ping, one, other));
    return between.length === 0 ? null : between.some(isSwallowed);
  };
  const node = low?.machine ?? found?.node ?? oddOneOut(facts, isBad);
  const passing = Math.max(
    0,
    ...pair.filter(({ answered, inside }) => answered > 0 && inside === told[0]?.inside).map(({ size }) => size),
  );
  const at = low === undefined ? '' : `: ${low.name} of ${low.machine} has an MTU of ${low.mtu}, the others ${largest}`;
  return diagnose(
    'segment.mtu',
    node,
    low !== undefined || found !== null ? 'certain' : 'likely',
    `packets of ${smallest} bytes and more are lost without a word between ${from.machine} and ${to.machine}${at}`,
    [
      ...told
        .slice(0, 3)
        .map(({ from: asker, to: asked, size, sent }) =>
          seen(
            machineOf(facts, asker)?.machine ?? from.machine,
            `echo of ${size} bytes to ${asked}`,
            `0 of ${sent} answered`,
          ),
        ),
      seen(from.machine, 'largest echo that was answered', `${passing} bytes`),
      ...(low === undefined ? [] : [seen(low.machine, `MTU of ${low.name}`, `${low.mtu}`)]),
      ...(found === null ? [] : [ruleEvidence(found.node, found.rule)]),
    ],
    low === undefined
      ? onNode(facts, found?.node ?? node ?? from.machine, 'ip', 'link')
      : onNode(facts, low.machine, 'ip', 'link', 'set', low.name, 'mtu', `${largest}`),
  );
};
