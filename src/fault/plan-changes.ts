import { containerOf, type FaultFacts, interfaceOf, line, mayFail, nodeOf, shell, subnetsOf } from './facts.ts';
import { foreignFrames, framesFrom, longFrames, someFrames } from './frame-filter.ts';
import { planBlock } from './plan-block.ts';
import { planDuplicate, planSilence, silenceFor } from './plan-inside.ts';
import { numberOf } from './record.ts';
import type { Change, Fault, Spot } from './types.ts';

/** QEMU and VirtualBox give every machine this one behind their NAT: the address that nodes tell each other by mistake. */
export const wrongAddress = '10.0.2.15';

/** What has to be changed where, and how it is taken back. Throws wrong input where it cannot be. Pure. */
export function planChanges(id: string, fault: Fault, facts: FaultFacts): readonly Change[] {
  const { plan } = facts;
  switch (fault.kind) {
    case 'block':
      return [planBlock(id, fault, facts)];
    case 'partition': {
      const side = (here: readonly string[], there: readonly string[]) =>
        here.map((node) => filter(id, facts, node, 'to', framesFrom(there.flatMap((name) => subnetsOf(plan, name)))));
      return [...side(fault.left, fault.right), ...side(fault.right, fault.left)];
    }
    case 'drop': {
      const peers = fault.from.flatMap((name) => subnetsOf(plan, name));
      return [
        filter(id, facts, fault.node, 'to', someFrames(fault.percent, 'source', peers)),
        filter(id, facts, fault.node, 'from', someFrames(fault.percent, 'target', peers)),
      ];
    }
    case 'delay': {
      const at = spotOf(facts, fault.node);
      const device = deviceAt(facts, at);
      return [
        {
          kind: 'commands',
          at,
          apply: [line('tc', 'qdisc', 'add', 'dev', device, 'root', 'netem', 'delay', `${fault.delayMs}ms`)],
          undo: [mayFail('tc', 'qdisc', 'del', 'dev', device, 'root', 'netem')],
          holds: shell('tc qdisc show dev "$1" root | grep -q netem', device),
        },
      ];
    }
    case 'mtu':
      return [
        ...plan.nodes.map(({ name }) => wholeFrames(facts, name)),
        filter(id, facts, fault.node, 'to', longFrames(fault.bytes)),
        filter(id, facts, fault.node, 'from', longFrames(fault.bytes)),
      ];
    case 'engine':
      return [
        { kind: 'engine', node: fault.node, action: fault.action, containers: facts.running.get(fault.node) ?? [] },
      ];
    case 'neighbour-table':
      return [{ kind: 'neighbours', entries: fault.entries }];
    case 'duplicate-address':
      return planDuplicate(containerOf(facts, fault.first), containerOf(facts, fault.second), facts.announcer);
    case 'wrong-advertise':
      return [
        {
          kind: 'membership',
          node: nodeOf(plan, fault.node).name,
          address: wrongAddress,
          attached: facts.attached.get(fault.node) ?? [],
        },
      ];
    case 'filter-macs': {
      const nodes = fault.nodes.length === 0 ? plan.nodes.map(({ name }) => name) : fault.nodes;
      return nodes.map((name) => filter(id, facts, name, 'to', foreignFrames(nodeOf(plan, name).mac)));
    }
    case 'no-dns':
      return fault.at.kind === 'node'
        ? [planSilence(id, fault.at.node)]
        : [silenceFor(id, containerOf(facts, fault.at.container))];
    case 'link-down': {
      const device = interfaceOf(facts, fault.node);
      const routes = facts.routes.get(fault.node) ?? [];
      return [
        {
          kind: 'commands',
          at: { place: 'node', node: fault.node },
          apply: [line('ip', 'link', 'set', 'dev', device, 'down')],
          undo: [
            line('ip', 'link', 'set', 'dev', device, 'up'),
            // The kernel forgets them with the link (fib_disable_ip), but for those that follow from an address.
            ...routes.map((route) => mayFail('ip', 'route', 'replace', ...route.split(' '), 'dev', device)),
          ],
          holds: shell('! ip -o link show dev "$1" | grep -q "[<,]UP[,>]"', device),
        },
      ];
    }
    case 'clock':
      return [{ kind: 'clock', node: fault.node, skewMs: fault.skewMs }];
    default:
      return fault satisfies never;
  }
}

/** A program at the node's cable. `to` and `from` are as the node sees it; its cable's other end sees it the other way round. */
function filter(id: string, facts: FaultFacts, node: string, way: 'to' | 'from', program: string): Change {
  const at = spotOf(facts, node);
  const device = deviceAt(facts, at);
  const hook = (way === 'to') === (at.place === 'node') ? 'ingress' : 'egress';
  const preference = `${1000 + numberOf(id)}`;
  return {
    kind: 'commands',
    at,
    apply: [
      mayFail('tc', 'qdisc', 'add', 'dev', device, 'clsact'),
      line(
        ...['tc', 'filter', 'add', 'dev', device, hook, 'pref', preference],
        ...['protocol', 'all', 'bpf', 'da', 'bytecode', program],
      ),
    ],
    undo: [
      mayFail('tc', 'filter', 'del', 'dev', device, hook, 'pref', preference),
      mayFail(
        ...shell(
          '[ -n "$(tc filter show dev "$1" ingress; tc filter show dev "$1" egress)" ] || tc qdisc del dev "$1" clsact',
          device,
        ),
      ),
    ],
    holds: shell('tc filter show dev "$1" "$2" pref "$3" | grep -q bpf', device, hook, preference),
  };
}

/** A kernel hands on up to 64 KB as one frame (GSO), which a limit for frames would take for one that is too long. */
function wholeFrames(facts: FaultFacts, node: string): Change {
  const set = (segments: string) =>
    mayFail('ip', 'link', 'set', 'dev', interfaceOf(facts, node), 'gso_max_segs', segments);
  return { kind: 'commands', at: { place: 'node', node }, apply: [set('1')], undo: [set('65535')], holds: null };
}

function spotOf(facts: FaultFacts, node: string): Spot {
  return { place: facts.ports.has(node) ? 'port' : 'node', node };
}

function deviceAt(facts: FaultFacts, { place, node }: Spot): string {
  return place === 'port' ? (facts.ports.get(node) ?? '') : interfaceOf(facts, node);
}
