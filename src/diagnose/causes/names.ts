import { ruleEvidence, rulesAbout } from '../blame.ts';
import { askedProbe, bothMachines, crosses, diagnose, engineOf, isNameless, onNode, seen } from '../diagnosis.ts';
import type { Judge } from '../facts.ts';

const dns = 53;
const gossipPort = 7946;

/** The resolver of who asks is silent, or fails, on what it must know by itself; a machine's resolver on anything. */
export const dnsSilent: Judge = (facts) => {
  const { from, to, ownName } = facts;
  const asked = askedProbe(facts);
  if (!isNameless(asked)) return null;
  // A container's resolver is its engine: where nobody knows how that is, it may be the engine that is silent.
  if (from.kind === 'container' && engineOf(facts, from.machine)?.state !== 'answers') return null;
  const silent = (outcome: string | null) =>
    outcome === 'name-timeout' || outcome === 'servfail' || outcome === 'unreachable';
  const flow = { protocol: 'udp', from: [], to: [], ports: [dns] } as const;
  const rule = rulesAbout(facts, from.machine, flow).find(({ text }) => / --dport 53\b| dport 53\b/.test(text));
  const evidence = [
    seen(from.machine, `${from.id} asks for ${asked.target}`, `${asked.outcome}: ${asked.detail}`),
    ...(ownName === null ? [] : [seen(from.machine, `${from.id} asks for its own name`, ownName)]),
    ...(rule === undefined ? [] : [ruleEvidence(from.machine, rule)]),
  ];
  const inside = from.kind === 'container' ? ['docker', 'exec', from.name] : [];
  const remedy = onNode(facts, from.machine, ...inside, 'cat', '/etc/resolv.conf');
  if (silent(ownName)) {
    const sentence = `the resolver of ${from.id} does not answer, not even for its own name`;
    return diagnose('dns.not-answering', from.machine, 'certain', sentence, evidence, remedy);
  }
  // A container's engine passes on what it does not know itself; machines' names are such.
  if (!silent(asked.outcome) || to.kind !== 'machine') return null;
  return diagnose(
    'dns.not-answering',
    from.machine,
    rule === undefined ? 'likely' : 'certain',
    `the DNS server that ${from.id} asks does not answer`,
    evidence,
    remedy,
  );
};

/** The resolver answers, and knows no such name, although no news can have been lost: they share no network that has names. */
export const nameUnknown: Judge = (facts) => {
  const { from, to, way } = facts;
  const asked = askedProbe(facts);
  if (asked.outcome !== 'no-name' || to.kind !== 'container') return null;
  if (way.kind === 'overlay' || way.kind === 'parent' || (way.kind === 'bridge' && facts.network?.name !== 'bridge'))
    return null;
  const shared = way.kind === 'bridge' ? 'the default bridge, which has no names' : 'no network on which it has one';
  const sentence = `${from.id} shares ${shared} with ${to.id}, so ${asked.target} means nothing to it`;
  const evidence = [seen(from.machine, `${from.id} asks for ${asked.target}`, asked.detail)];
  const remedy = onNode(facts, from.machine, 'docker', 'network', 'create', 'shared');
  return diagnose('name.unknown', from.machine, 'certain', sentence, evidence, remedy);
};

/**
 * The name is of another node, and the way by which news of it comes is open: it has not come yet. Nodes that were cut off
 * find each other again by themselves within a minute or so (libnetwork, networkdb, `reconnectNode`).
 */
export const gossipBehind: Judge = (facts) => {
  const { from, to, way, ports } = facts;
  const asked = askedProbe(facts);
  if (asked.outcome !== 'no-name' || way.kind !== 'overlay' || !crosses(facts) || to.kind !== 'container') return null;
  const nodes = bothMachines(facts);
  // An engine that is not there, or that nobody knows of, tells nobody anything.
  if (nodes.some((node) => engineOf(facts, node)?.state !== 'answers')) return null;
  const measured = (ports ?? []).filter(
    (one) => one.port === gossipPort && nodes.includes(one.from) && nodes.includes(one.to),
  );
  // Both protocols, both ways: nothing is said of a way that nobody measured.
  if (measured.length < 4 || measured.some(({ outcome }) => outcome !== 'reached')) return null;
  return diagnose(
    'overlay.gossip-behind',
    from.machine,
    'likely',
    `${from.machine} has not heard of ${to.id} yet, though ${gossipPort} is open between ${nodes.join(' and ')}: after a cut it may take them a minute to find each other`,
    [
      seen(from.machine, `${from.id} asks for ${asked.target}`, `${asked.outcome}: ${asked.detail}`),
      seen(null, `${gossipPort}/tcp and ${gossipPort}/udp between ${nodes.join(' and ')}`, 'reached, both ways'),
    ],
    onNode(facts, from.machine, 'docker', 'network', 'inspect', way.network),
  );
};
