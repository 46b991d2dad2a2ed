import { hearsOf } from '../blame.ts';
import { askedProbe, diagnose, isLost, onNode, seen } from '../diagnosis.ts';
import type { Evidence, Facts, HeldAddress, Judge } from '../facts.ts';

/** Two have the address of one of the ends: seen in their namespaces, or by two MACs that answer for it. */
export const duplicate: Judge = (facts) => {
  for (const end of [facts.to, facts.from]) {
    if (end.address === null) continue;
    const holders = facts.held.filter(({ address }) => address === end.address);
    const ids = [...new Set(holders.map(({ id }) => id))];
    if (ids.length > 1) return twoHold(facts, end.address, holders);
    const answer = facts.arps.find(({ address, macs }) => address === end.address && Object.keys(macs).length > 1);
    if (answer === undefined) continue;
    const macs = Object.keys(answer.macs);
    const strange = macs.find((mac) => mac !== end.mac) ?? '';
    const owner = facts.held.find(({ mac }) => mac === strange);
    return diagnose(
      'address.duplicate',
      owner?.node ?? null,
      'certain',
      `${macs.length} MACs answer for ${end.address}, the address of ${end.id}: ${macs.join(' and ')}`,
      macs.map((mac) => seen(null, `ARP for ${end.address} from ${answer.from}`, `answered by ${mac}`)),
      owner === undefined ? null : onNode(facts, owner.node, 'docker', 'ps'),
    );
  }
  return null;
};

function twoHold(facts: Facts, address: string, holders: readonly HeldAddress[]) {
  const ids = [...new Set(holders.map(({ id }) => id))];
  const intruder = holders.find(({ own }) => !own);
  const evidence = holders.map(({ id, node, mac, own }) =>
    seen(node, `address ${address} in ${id}`, `MAC ${mac}, ${own ? 'given by its engine' : 'not given by its engine'}`),
  );
  const name = intruder?.id.split('/')[1];
  const remedy =
    intruder === undefined || name === undefined ? null : onNode(facts, intruder.node, 'docker', 'restart', name);
  const sentence = `${ids.join(' and ')} both have the address ${address}${intruder === undefined ? '' : `; the engine did not give it to ${intruder.id}`}`;
  return diagnose('address.duplicate', intruder?.node ?? null, 'certain', sentence, evidence, remedy);
}

/** The kernel wanted a neighbour entry while the pair was probed, and had no room. */
export const neighboursFull: Judge = (facts) => {
  for (const { node, before, after } of facts.neighbours) {
    const turned = after.full - before.full;
    if (turned <= 0) continue;
    const whose = node === null ? 'the kernel that all nodes share' : `the kernel of ${node}`;
    const limits = [1, 2, 3].map((number) => `net.ipv4.neigh.default.gc_thresh${number}=${16384 * 2 ** number}`);
    return diagnose(
      'neighbours.table-full',
      node,
      'certain',
      `the table of neighbours of ${whose} is full: it keeps ${after.limit} (gc_thresh3), and had no room ${turned} times meanwhile`,
      [
        seen(node, 'neighbour entries', `${after.entries}, and ${after.limit} at most`),
        seen(node, 'times without room while the pair was probed', `${turned}`),
      ],
      node === null ? `sysctl -w ${limits.join(' ')}` : onNode(facts, node, 'sysctl', '-w', ...limits),
    );
  }
  return null;
};

const words = { 'arp-request': 'ARP requests', 'arp-reply': 'ARP answers', ip: 'packets' } as const;

interface Passage {
  left: number | null;
  arrived: number | null;
  /** Machines beside the two that saw it. */
  thirds: number;
}

/** ARP, or packets, of one end's own MAC, from its node to the other's, as the interfaces on the segment saw it. */
function passage(facts: Facts, kind: 'arp-request' | 'arp-reply' | 'ip', fromFirst: boolean): Passage {
  const [sender, other] = fromFirst ? [facts.from, facts.to] : [facts.to, facts.from];
  const mac = sender.mac ?? facts.machines.get(sender.machine)?.segment?.mac;
  const count = (machine: string, out: boolean) =>
    facts.machines
      .get(machine)
      ?.packets?.filter(
        (row) =>
          row.at === 'segment' &&
          row.kind === kind &&
          row.out === out &&
          row.fromMac === mac &&
          row.from === sender.address &&
          row.to === other.address,
      )
      .reduce((sum, { packets }) => sum + packets, 0) ?? null;
  const thirds = [...facts.machines.keys()].filter((name) => name !== sender.machine && name !== other.machine);
  return {
    left: count(sender.machine, true),
    arrived: count(other.machine, false),
    thirds: thirds.filter((name) => (count(name, false) ?? 0) > 0).length,
  };
}

/** Frames with a container's own MAC do not pass the segment, and those of the machines do: what `promiscuous: deny` does. */
export const macsFiltered: Judge = (facts) => {
  const { from, to, way } = facts;
  if (way.kind !== 'parent' || way.driver !== 'macvlan' || from.machine === to.machine) return null;
  if (!isLost(askedProbe(facts)) || hearsOf(facts, from.machine, to.machine) !== true) return null;
  const thirds = [...facts.machines.keys()].some((name) => name !== from.machine && name !== to.machine);
  const suspects = new Set<string | null>();
  const evidence: Evidence[] = [];
  for (const fromFirst of [true, false]) {
    const [sender, other] = fromFirst ? [from, to] : [to, from];
    for (const kind of ['arp-request', 'arp-reply', 'ip'] as const) {
      const { left, arrived, thirds: heard } = passage(facts, kind, fromFirst);
      if (left === null || arrived === null || left === 0 || arrived > 0) continue;
      evidence.push(
        seen(
          sender.machine,
          `${words[kind]} of ${sender.id}${sender.mac === null ? '' : ` (${sender.mac})`}`,
          `${left} left, 0 arrived at ${other.machine}`,
        ),
      );
      // A request goes to all: who else heard it tells at which end it is lost. What goes to one MAC is lost where that is foreign.
      if (kind === 'arp-request') suspects.add(thirds ? (heard > 0 ? other.machine : sender.machine) : null);
      else suspects.add(other.kind === 'container' ? other.machine : sender.machine);
    }
  }
  if (evidence.length === 0) return null;
  // What the asker's own side lacks comes first; where nobody tells, it is the segment as a whole.
  const named = [...suspects].filter((suspect) => suspect !== null);
  const node = named.find((suspect) => suspect === from.machine) ?? named[0] ?? null;
  const at = node === null ? 'the segment' : `the segment at ${node}`;
  return diagnose(
    'segment.filters-macs',
    node,
    'certain',
    `${at} passes the frames of the machines and not those with a container's own MAC, so a macvlan is cut off (in a VM: promiscuous mode is 'deny')`,
    [...evidence, seen(null, `echo between ${from.machine} and ${to.machine}`, 'answered')],
    'let the segment pass all MACs (VirtualBox: --nicpromisc2 allow-all)',
  );
};
