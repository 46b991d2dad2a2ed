import { type FaultFacts, interfaceOf, line, mayFail, nodeOf } from './facts.ts';
import type { Change, Fault, Line } from './types.ts';

/** A chain of its own, so that neither an experiment that opens its ports nor another fault takes it away. */
export function planBlock(id: string, fault: Extract<Fault, { kind: 'block' }>, facts: FaultFacts): Change {
  const chain = `SWARMLAB-FAULT-${id}`;
  const { node, protocol, port, from, direction } = fault;
  const device = interfaceOf(facts, node);
  const iptables = (...words: readonly string[]) => ['iptables', '-w', '5', ...words];
  const comment = ['-m', 'comment', '--comment', `swarmlab fault ${id}`];
  // A published port has been translated to the container's by the time it is forwarded.
  const published = ['-m', 'conntrack', '--ctorigdstport', `${port}`, '--ctdir', 'ORIGINAL'];
  const whats = port === null ? [[]] : [['--dport', `${port}`], published];
  const peers = from.map((name) => nodeOf(facts.plan, name).address);
  const drops = (through: string, peerOption: string): readonly Line[] =>
    (peers.length === 0 ? [[]] : peers.map((peer) => [peerOption, peer])).flatMap((whom) =>
      whats.map((what) =>
        line(...iptables('-A', chain, through, device, '-p', protocol, ...whom, ...what, ...comment, '-j', 'DROP')),
      ),
    );
  const hooks = ['INPUT', 'OUTPUT', 'FORWARD'];
  return {
    kind: 'commands',
    at: { place: 'node', node },
    apply: [
      line(...iptables('-N', chain)),
      ...(direction === 'out' ? [] : drops('-i', '-s')),
      ...(direction === 'in' ? [] : drops('-o', '-d')),
      ...hooks.map((hook) => line(...iptables('-I', hook, '1', '-j', chain))),
      // So that nothing further down that lets established flows on has seen them.
      ...(port === null ? [] : [mayFail('conntrack', '-D', '-p', protocol, '--dport', `${port}`)]),
    ],
    undo: [
      ...hooks.map((hook) => mayFail(...iptables('-D', hook, '-j', chain))),
      mayFail(...iptables('-F', chain)),
      mayFail(...iptables('-X', chain)),
    ],
    holds: iptables('-C', 'FORWARD', '-j', chain),
  };
}
