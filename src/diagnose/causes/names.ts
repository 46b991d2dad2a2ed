import { ruleEvidence, rulesAbout } from '../blame.ts';
import { askedProbe, diagnose, engineOf, isNameless, onNode, seen } from '../diagnosis.ts';
import type { Judge } from '../facts.ts';

const dns = 53;

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
