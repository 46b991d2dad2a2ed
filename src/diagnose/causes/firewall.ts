import { preferredPort } from '../../probe/batch.ts';
import { blame, ruleEvidence, rulesAbout } from '../blame.ts';
import { askedProbe, bothMachines, crosses, diagnose, isLost, machineOf, onNode, seen } from '../diagnosis.ts';
import type { Diagnosis, Facts, Judge } from '../facts.ts';
import { type CountedRule, type Flow, isByChance, removalOf } from '../rules.ts';

/** The packets of the probe and of its answer, under every address that they may have on the way. */
export function flowsOf(facts: Facts): readonly [there: Flow, back: Flow] {
  const { from, to, asked } = facts;
  const probe = askedProbe(facts);
  const known = (addresses: readonly (string | null)[]) => addresses.flatMap((address) => address ?? []);
  const sources = known([from.address, from.machineAddress]);
  const targets = known([
    to.address,
    to.machineAddress,
    probe.target !== null && /^[\d.]+$/.test(probe.target) ? probe.target : null,
  ]);
  const ports = probe.protocol === 'icmp' ? [] : [asked.port ?? preferredPort];
  const { protocol } = probe;
  // A published port is another at the container: behind the translation any port may be the one.
  const loose = asked.by === 'published' ? [] : ports;
  return [
    { protocol, from: sources, to: targets, ports: loose },
    { protocol, from: targets, to: sources, ports: loose },
  ];
}

/** Drops of a node's firewall that counted while the pair was probed, and may be about its packets. */
export const firewallBlocks: Judge = (facts) => {
  const { way } = facts;
  const asked = askedProbe(facts);
  if (!isLost(asked) && asked.outcome !== 'refused') return null;
  // An overlay's and a macvlan's packets do not pass their node's rules as what they are.
  if (way.kind === 'overlay' || way.kind === 'own') return null;
  for (const flow of flowsOf(facts)) {
    for (const machine of bothMachines(facts)) {
      const [rule] = rulesAbout(facts, machine, flow).filter((one) => isPointed(one) && !isByChance(one));
      if (rule !== undefined) return blocks(facts, machine, rule);
    }
  }
  return crosses(facts) ? vanished(facts) : null;
};

/** Whether the rule says of itself what it is about; a policy, or a rule without words, may have counted anything. */
function isPointed({ text }: CountedRule): boolean {
  return / -[psdio] |\b[ds]port\b|\bsaddr\b|\bdaddr\b/.test(text);
}

/** A rule that names an interface alone may have counted somebody else's packets. */
function isSure({ text }: CountedRule): boolean {
  return / -[psd] |\b[ds]port\b|\bsaddr\b|\bdaddr\b/.test(text);
}

function blocks(facts: Facts, machine: string, rule: CountedRule): Diagnosis {
  const { port, protocol } = askedProbe(facts);
  const what = port === null ? protocol : `${port}/${protocol}`;
  return diagnose(
    'firewall.blocks',
    machine,
    isSure(rule) ? 'certain' : 'likely',
    `a rule of ${machine} drops the ${what} packets: "${rule.text}" in table ${rule.table}`,
    [ruleEvidence(machine, rule)],
    onNode(facts, machine, ...removalOf(rule)),
  );
}

/** No rule speaks for it, and the captures at both ends show where packets ended. */
function vanished(facts: Facts): Diagnosis | null {
  if (facts.way.kind !== 'machines') return null;
  const [flow] = flowsOf(facts);
  const found = blame(facts, facts.from.machine, facts.to.machine, flow);
  if (found === null || found.node === null || found.rule === null) return null;
  return diagnose(
    'firewall.blocks',
    found.node,
    'likely',
    `${flow.protocol} packets end at ${found.node}: "${found.rule.text}" counted meanwhile`,
    found.evidence,
    onNode(facts, found.node, 'iptables', '-S'),
  );
}

/** It came to the target's own network, and was refused there, where nobody listens. */
export const notListening: Judge = (facts) => {
  const { to, asked } = facts;
  const probe = askedProbe(facts);
  const { port } = probe;
  if (probe.outcome !== 'refused' || port === null || probe.protocol === 'icmp') return null;
  const interior = machineOf(facts, to.machine)?.interiors.get(to.id);
  if (interior === undefined || asked.by === 'published') return null;
  if (interior[probe.protocol].has(port)) return null;
  return diagnose(
    'target.not-listening',
    to.machine,
    'certain',
    `packets reach ${to.id}, and nothing listens at ${port}/${probe.protocol} there`,
    [
      seen(
        to.machine,
        `listeners in ${to.id}`,
        `${[...interior[probe.protocol]].toSorted((a, b) => a - b).join(', ') || 'none'}`,
      ),
      seen(
        facts.from.machine,
        `${probe.protocol} to ${probe.target} port ${port}`,
        `${probe.outcome}: ${probe.detail}`,
      ),
    ],
    to.kind === 'container'
      ? onNode(facts, to.machine, 'docker', 'logs', to.name)
      : onNode(facts, to.machine, 'ss', '-lntu'),
  );
};
