import { wrongInput } from '../core/errors.ts';
import { type FaultContainer, inside, line, mayFail, shell } from './facts.ts';
import type { Change } from './types.ts';

/** Port 53 before any translation: the engine's own resolver stands behind one, in each container's namespace. */
export function planSilence(id: string, node: string, prefix: readonly string[], hooks: readonly string[]): Change {
  const rule = (action: string, hook: string, protocol: string) => [
    ...[...prefix, 'iptables', '-w', '5', '-t', 'raw', action, hook, '-p', protocol, '--dport', '53'],
    ...['-m', 'comment', '--comment', `swarmlab fault ${id}`, '-j', 'DROP'],
  ];
  const all = hooks.flatMap((hook) => ['udp', 'tcp'].map((protocol) => ({ hook, protocol })));
  const [first] = all;
  return {
    kind: 'commands',
    at: { place: 'node', node },
    apply: all.map(({ hook, protocol }) => line(...rule('-I', hook, protocol))),
    undo: all.map(({ hook, protocol }) => mayFail(...rule('-D', hook, protocol))),
    holds: first === undefined ? null : rule('-C', first.hook, first.protocol),
  };
}

export function silenceFor(id: string, { node, namespace }: FaultContainer): Change {
  return planSilence(id, node, inside(namespace), ['OUTPUT']);
}

/** The second has the first's address too, and says so; the first says so when that is over. */
export function planDuplicate(first: FaultContainer, second: FaultContainer, announcer: string): readonly Change[] {
  const shared = first.driver === second.driver && ['macvlan', 'bridge'].includes(first.driver);
  if (!shared || (first.driver === 'bridge' && (first.node !== second.node || first.network !== second.network))) {
    throw wrongInput(
      'fault.no-shared-segment',
      `${first.id} (${first.network}, ${first.driver}) and ${second.id} (${second.network}, ${second.driver}) do not ask each other by ARP`,
      [],
      'two containers of one bridge on one node, or of macvlan networks on the segment; overlays look addresses up, and ipvlan shares one MAC',
    );
  }
  const announce = ({ namespace, device }: FaultContainer) =>
    mayFail(...inside(namespace), 'python3', '-c', announcer, first.address, device);
  const place = [`${first.address}/${first.prefixLength}`, 'dev', second.device];
  return [
    // Its network is told whose the address is, when it is over: undone last, since changes are undone from the end.
    { kind: 'commands', at: { place: 'node', node: first.node }, apply: [], undo: [announce(first)], holds: null },
    {
      kind: 'commands',
      at: { place: 'node', node: second.node },
      apply: [line(...inside(second.namespace), 'ip', 'address', 'add', ...place), announce(second)],
      undo: [mayFail(...inside(second.namespace), 'ip', 'address', 'del', ...place)],
      holds: [
        ...inside(second.namespace),
        ...shell('ip -o -4 address show dev "$1" | grep -qF " $2/"', second.device, first.address),
      ],
    },
  ];
}
