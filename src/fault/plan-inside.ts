import { wrongInput } from '../core/errors.ts';
import { type FaultContainer, inside, line, mayFail, shell } from './facts.ts';
import type { Change } from './types.ts';

/** Answers from beyond the machine, before any translation: what is dropped on its way in is silence, on its way out an error. */
const answers = ['udp', 'tcp'].map((protocol) => ['-p', protocol, '--sport', '53']);
/** The engine's own resolver has this address in every container's namespace (libnetwork, resolver.go), and a port of its own. */
const questions = ['udp', 'tcp'].map((protocol) => ['-d', '127.0.0.11', '-p', protocol]);

/** No answer of a resolver beyond the node gets in, for itself or for its containers. */
export function planSilence(id: string, node: string): Change {
  return silence(id, node, [], answers);
}

/** Neither the engine's resolver nor one beyond the node answers the container. */
export function silenceFor(id: string, { node, namespace }: FaultContainer): Change {
  return silence(id, node, inside(namespace), [...questions, ...answers]);
}

function silence(id: string, node: string, prefix: readonly string[], matches: readonly (readonly string[])[]): Change {
  const rule = (action: string, match: readonly string[]) => [
    ...[...prefix, 'iptables', '-w', '5', '-t', 'raw', action, 'PREROUTING', ...match],
    ...['-m', 'comment', '--comment', `swarmlab fault ${id}`, '-j', 'DROP'],
  ];
  return {
    kind: 'commands',
    at: { place: 'node', node },
    apply: matches.map((match) => line(...rule('-I', match))),
    undo: matches.map((match) => mayFail(...rule('-D', match))),
    holds: rule('-C', matches[0] ?? []),
  };
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
