import { isBetween, oddOneOut, ruleEvidence, ruleOn } from '../blame.ts';
import { crosses, diagnose, machineOf, onNode, seen } from '../diagnosis.ts';
import type { Judge, PingFact } from '../facts.ts';
import { isByLength } from '../rules.ts';

/** Nothing of that size came back, though it could be sent. */
const isSwallowed = ({ sent, answered }: PingFact) => sent >= 2 && answered === 0;

/** Where a larger one was answered, it was not the size that kept the smaller one away. */
const isLargerAnswered = (small: PingFact, large: PingFact) =>
  large.from === small.from &&
  large.to === small.to &&
  large.inside === small.inside &&
  large.size > small.size &&
  large.answered > 0;

/** Small echoes pass and large ones, which their sender may send, are lost without a word. */
export const mtu: Judge = (facts) => {
  const { from, to, pings } = facts;
  if (!crosses(facts)) return null;
  const pair = pings.filter((ping) => (ping.inside ? true : isBetween(ping, from.machine, to.machine)));
  const small = pair.filter(({ size }) => size < 100);
  if (!small.some(({ answered }) => answered > 0) || small.some(isSwallowed)) return null;
  const found = ruleOn(facts, isByLength);
  const swallowed = pair.filter(
    (ping) =>
      ping.size > 100 && isSwallowed(ping) && (found !== null || !pair.some((other) => isLargerAnswered(ping, other))),
  );
  // Inside a tunnel packets are smaller than what travels on the segment: of the two the sizes there say more.
  const told = swallowed.some(({ inside }) => !inside) ? swallowed.filter(({ inside }) => !inside) : swallowed;
  const smallest = Math.min(...told.map(({ size }) => size));
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
  const diagnosis = diagnose(
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
  return { ...diagnosis, byEchoesAlone: low === undefined && found === null };
};
