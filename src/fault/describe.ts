import { formatDuration } from '../core/duration.ts';
import type { Direction, Fault } from './types.ts';

/** What is broken, in a sentence without its point: `w1 drops 4789/udp, both ways`. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'block': {
      const { node, protocol, port, from, direction } = fault;
      const what = port === null ? protocol.toUpperCase() : `${port}/${protocol}`;
      return `${node} drops ${what}, ${directionWords[direction]}${exchangedWith(from)}`;
    }
    case 'partition':
      return `${list(fault.left)} on one side, ${list(fault.right)} on the other hear nothing of each other`;
    case 'drop':
      return `${fault.percent}% of ${fault.node}'s packets are lost on the segment${exchangedWith(fault.from)}`;
    case 'delay':
      return `packets on ${fault.node}'s cable take ${formatDuration(fault.delayMs)} longer`;
    case 'mtu':
      return `packets above ${fault.bytes} bytes die silently on ${fault.node}'s cable`;
    case 'engine':
      return `the engine of ${fault.node} is ${{ stop: 'stopped', kill: 'killed', pause: 'paused' }[fault.action]}`;
    case 'neighbour-table':
      return `neighbour tables hold ${fault.entries} entries at most`;
    case 'duplicate-address':
      return `${fault.second} has the address of ${fault.first} as well`;
    case 'wrong-advertise':
      return `${fault.node} tells the swarm an address that is not its own`;
    case 'filter-macs':
      return `the segment passes only ${fault.nodes.length === 0 ? "the machines' own MACs" : `${list(fault.nodes)}'s own MAC to it`}`;
    case 'no-dns':
      return `no resolver answers ${fault.at.kind === 'node' ? fault.at.node : fault.at.container}`;
    case 'link-down':
      return `${fault.node}'s interface on the segment is down`;
    case 'clock':
      return `the clock of ${fault.node} is ${formatDuration(fault.skewMs)} fast`;
    default:
      return fault satisfies never;
  }
}

/** The nodes that it is about, in the order of its words; empty where it is the whole lab. */
export function nodesOf(fault: Fault): readonly string[] {
  switch (fault.kind) {
    case 'partition':
      return [...fault.left, ...fault.right];
    case 'neighbour-table':
      return [];
    case 'duplicate-address':
      return [fault.first, fault.second].map(nodeOfContainer);
    case 'filter-macs':
      return fault.nodes;
    case 'no-dns':
      return [fault.at.kind === 'node' ? fault.at.node : nodeOfContainer(fault.at.container)];
    case 'block':
    case 'drop':
    case 'delay':
    case 'mtu':
    case 'engine':
    case 'wrong-advertise':
    case 'link-down':
    case 'clock':
      return [fault.node];
    default:
      return fault satisfies never;
  }
}

/** Faults with one key cannot be in force beside each other: what takes one of them back would take the other too. */
export function exclusiveKey(fault: Fault): string {
  switch (fault.kind) {
    case 'neighbour-table':
      return fault.kind;
    case 'delay':
    case 'mtu':
    case 'engine':
    case 'wrong-advertise':
    case 'link-down':
    case 'clock':
      return `${fault.kind} ${fault.node}`;
    case 'duplicate-address':
    case 'block':
    case 'partition':
    case 'drop':
    case 'filter-macs':
    case 'no-dns':
      return JSON.stringify(fault);
    default:
      return fault satisfies never;
  }
}

const directionWords: Readonly<Record<Direction, string>> = { in: 'inward', out: 'outward', both: 'both ways' };

const nodeOfContainer = (id: string) => id.split('/')[0] ?? id;

const exchangedWith = (from: readonly string[]) => (from.length === 0 ? '' : `, exchanged with ${list(from)}`);

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
