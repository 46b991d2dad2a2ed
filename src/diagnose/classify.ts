import { type Expected, fulfilledBy } from '../model/expectation.ts';
import { duplicate, macsFiltered, neighboursFull } from './causes/addresses.ts';
import { firewallBlocks, notListening } from './causes/firewall.ts';
import { dnsSilent, nameUnknown } from './causes/names.ts';
import {
  dataPathBlocked,
  espBlocked,
  gossipBehind,
  gossipBlocked,
  surelyGossip,
  swarmPortsShut,
} from './causes/overlay.ts';
import { programDrops } from './causes/programs.ts';
import { delays, losesPackets, partitioned, tooSlow } from './causes/segment.ts';
import { mtu } from './causes/sizes.ts';
import {
  addressLost,
  clockSkewed,
  engineCarries,
  engineNeeded,
  engineSilent,
  linkDown,
  notRunning,
  wrongAddress,
} from './causes/standing.ts';
import { explainSuccess, undecided } from './causes/success.ts';
import { askedProbe, isLost, isNameless, seen } from './diagnosis.ts';
import type { Diagnosis, Facts, Judge } from './facts.ts';

/** Nothing else shows, and an engine of the two is not there: what it would do for the pair it does not. */
const likelyEngine: Judge = (facts) => {
  const found = engineSilent(facts);
  return found === null ? null : { ...found, cause: { ...found.cause, confidence: 'likely' } };
};

/** Docker's design says that it is so, and what was seen is that. */
const byDesign: Judge = ({ foretold, probes, from, to }) => {
  const [asked] = probes;
  if (foretold === null || asked === undefined || foretold.expected === 'undecided') return null;
  const { expected, rule } = foretold;
  const allowed: readonly string[] = Object.hasOwn(fulfilledBy, expected)
    ? fulfilledBy[expected as Expected]
    : [expected];
  if (expected === 'reached' || !allowed.includes(asked.outcome)) return null;
  return {
    cause: {
      id: rule.id,
      node: from.machine === to.machine ? from.machine : null,
      sentence: rule.sentence,
      confidence: 'certain',
    },
    evidence: [
      seen(
        from.machine,
        `${asked.protocol} by ${asked.by} to ${asked.target ?? to.id}`,
        `${asked.outcome}: ${asked.detail}`,
      ),
      seen(null, 'the model expects that', `${expected}, see ${rule.reference}`),
    ],
    remedy: null,
  };
};

/** The order is the packet's: who should send and get it, its name, its network, the segment, the rules on the way. */
const obstacles: readonly Judge[] = [
  notRunning,
  engineNeeded,
  addressLost,
  byDesign,
  linkDown,
  // Where it is full nobody finds anybody, which looks like many other things.
  neighboursFull,
  wrongAddress,
  duplicate,
  // Late answers look like none, and ports that answer late look shut.
  tooSlow,
  partitioned,
];
const ofNames: readonly Judge[] = [dnsSilent, losesPackets, gossipBlocked, nameUnknown, likelyEngine, gossipBehind];
const ofPackets: readonly Judge[] = [
  // Before ports: of those that are open some look shut while packets are lost.
  losesPackets,
  espBlocked,
  dataPathBlocked,
  gossipBlocked,
  engineCarries,
  macsFiltered,
  notListening,
  firewallBlocks,
  mtu,
  programDrops,
  likelyEngine,
];
/** What does not keep a small packet from arriving, and yet is broken. */
const impairments: readonly Judge[] = [
  engineSilent,
  neighboursFull,
  wrongAddress,
  duplicate,
  losesPackets,
  mtu,
  delays,
  surelyGossip,
  swarmPortsShut,
  clockSkewed,
];

function first(judges: readonly Judge[], facts: Facts): Diagnosis | null {
  for (const judge of judges) {
    const found = judge(facts);
    if (found !== null) return found;
  }
  return null;
}

/**
 * One cause of what was seen of a pair, out of what is known of it. A judge speaks only where facts show its cause; what is
 * missing shows nothing, so that without facts it is undecided. Pure and total.
 */
export function classify(facts: Facts): Diagnosis {
  const asked = askedProbe(facts);
  if (asked.outcome === 'reached') return first(impairments, facts) ?? explainSuccess(facts);
  const early = first(asked.outcome === 'not-measured' ? obstacles.slice(0, 3) : obstacles, facts);
  if (early !== null) return early;
  if (asked.outcome === 'not-measured') return undecided(facts);
  if (isNameless(asked)) return first(ofNames, facts) ?? undecided(facts);
  if (isLost(asked) || asked.outcome === 'refused') return first(ofPackets, facts) ?? undecided(facts);
  return undecided(facts);
}
