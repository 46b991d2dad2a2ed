import { passed } from '../blame.ts';
import { askedProbe, crosses, diagnose, isLost, machineOf, onNode, seen } from '../diagnosis.ts';
import type { Facts, Judge } from '../facts.ts';
import { flowsOf } from './firewall.ts';

interface Suspect {
  machine: string;
  hook: 'ingress' | 'egress';
  /** What speaks for it. */
  what: string;
  seen: string;
}

/**
 * A program of tc at a node's interface on the segment, and packets that were last seen there. It sits between the card and
 * all rules (tc-bpf(8)): a capture still sees what it drops on its way in, and no longer what it drops on its way out.
 */
export const programDrops: Judge = (facts) => {
  const { way } = facts;
  if (!crosses(facts) || !isLost(askedProbe(facts)) || way.kind === 'overlay' || way.kind === 'own') return null;
  const found = suspects(facts).find(({ machine, hook }) => programAt(facts, machine, hook) !== null);
  if (found === undefined) return null;
  const { machine, hook } = found;
  const device = machineOf(facts, machine)?.segment?.name ?? 'its interface';
  const text = programAt(facts, machine, hook) ?? '';
  return diagnose(
    'firewall.blocks',
    machine,
    'likely',
    `a program of tc stands at ${device} of ${machine} (${hook}), before all rules, and packets of the pair ended there`,
    [seen(machine, found.what, found.seen), seen(machine, `tc filter show dev ${device} ${hook}`, text.slice(0, 100))],
    onNode(facts, machine, 'tc', 'filter', 'show', 'dev', device, hook),
  );
};

function programAt(facts: Facts, machine: string, hook: Suspect['hook']): string | null {
  return machineOf(facts, machine)?.programs?.find((one) => one.hook === hook)?.text ?? null;
}

/** Where a program would have to stand for what was seen, from the asker on. */
function suspects(facts: Facts): readonly Suspect[] {
  const { from, to } = facts;
  const asked = askedProbe(facts);
  const name = asked.protocol;
  const [there, back] = flowsOf(facts);
  // The request arrived: it is the answer that got lost.
  const isBack = asked.outcome === 'one-way';
  const [flow, sender, target] = isBack ? [back, to, from] : [there, from, to];
  const left = passed(facts, sender.machine, true, flow);
  const arrived = passed(facts, target.machine, false, flow);
  const answers = arpAnswers(facts, sender.machine, target.address, sender.address);
  const entered = (machine: string, what: string, count: number): Suspect => {
    return { machine, hook: 'ingress', what, seen: `${count} arrived` };
  };
  return [
    ...(left === 0 && answers > 0
      ? [entered(sender.machine, `ARP answers of ${target.id} to ${sender.id}`, answers)]
      : []),
    ...(left === 0
      ? [{ machine: sender.machine, hook: 'egress' as const, what: `${name} to ${target.id}`, seen: '0 left' }]
      : []),
    ...(arrived !== null && arrived > 0 ? [entered(target.machine, `${name} from ${sender.id}`, arrived)] : []),
  ];
}

/** Of one address to another, as they came in at a machine; 0 where nobody watched. */
function arpAnswers(facts: Facts, machine: string, from: string | null, to: string | null): number {
  return (machineOf(facts, machine)?.packets ?? [])
    .filter((row) => row.at === 'segment' && !row.out && row.kind === 'arp-reply' && row.from === from && row.to === to)
    .reduce((sum, { packets }) => sum + packets, 0);
}
