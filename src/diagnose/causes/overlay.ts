import { type Blame, blame, hearsOf, shutWays } from '../blame.ts';
import type { CauseId } from '../cause-list.ts';
import {
  askedProbe,
  bothMachines,
  crosses,
  diagnose,
  engineOf,
  isLost,
  machineOf,
  onNode,
  seen,
  upLine,
} from '../diagnosis.ts';
import type { Diagnosis, Facts, Judge } from '../facts.ts';
import { type Flow, listingOf } from '../rules.ts';

const gossipPort = 7946;

/** What is said of a port between the two nodes that was measured and is shut; null: none is. */
function shut(
  facts: Facts,
  id: CauseId,
  measured: readonly { protocol: Flow['protocol']; port: number | null }[],
  what: string,
  effect: string,
): Diagnosis | null {
  const nodes = bothMachines(facts);
  const addressOf = (machine: string) =>
    [facts.from, facts.to].find((end) => end.machine === machine)?.machineAddress ?? '';
  const ways = measured.flatMap(({ protocol, port }) =>
    protocol === 'icmp' ? [] : shutWays(facts, nodes, protocol, port).map((way) => ({ ...way, protocol })),
  );
  if (ways.length === 0) return null;
  const blames = ways.flatMap(({ from, to, protocol, port }) => {
    const flow = {
      protocol,
      from: [addressOf(from)],
      to: [addressOf(to)],
      ports: port === null ? [] : [port],
    };
    return blame(facts, from, to, flow) ?? [];
  });
  const [first] = ways;
  const best = bestOf(blames);
  const node = best?.node ?? null;
  const names = [...new Set(ways.map(({ protocol, port }) => (port === null ? 'ESP' : `${port}/${protocol}`)))];
  const at = node === null ? `between ${nodes.join(' and ')}` : `at ${node}`;
  const rule = best?.rule ?? null;
  const listing = listingOf(rule ?? { table: 'filter', chain: 'INPUT' });
  return diagnose(
    id,
    node,
    best?.confidence ?? 'likely',
    `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} closed ${at}: ${what}, so ${effect}`,
    [
      ...ways
        .slice(0, 4)
        .map(({ from, to, port, protocol, outcome }) =>
          seen(from, `${port === null ? 'ESP' : `${port}/${protocol}`} to ${to}, measured`, outcome),
        ),
      ...(best?.evidence ?? []),
    ],
    first === undefined ? upLine(facts) : onNode(facts, node ?? first.to, ...listing),
  );
}

/** A rule that counted says more than captures, and those more than nothing. */
function bestOf(blames: readonly Blame[]): Blame | null {
  return (
    blames.find(({ confidence }) => confidence === 'certain') ??
    blames.find(({ node }) => node !== null) ??
    blames[0] ??
    null
  );
}

/** And the two nodes hear each other otherwise: where nothing passes, no port is to blame. */
function onOverlay(facts: Facts): facts is Facts & { way: Extract<Facts['way'], { kind: 'overlay' }> } {
  const { from, to, way } = facts;
  return way.kind === 'overlay' && crosses(facts) && hearsOf(facts, from.machine, to.machine) === true;
}

/** The port of VXLAN between the nodes is shut. */
export const dataPathBlocked: Judge = (facts) => {
  if (!onOverlay(facts) || facts.way.encrypted) return null;
  return shutDataPath(facts) ?? swallowedVxlan(facts);
};

function shutDataPath(facts: Facts): Diagnosis | null {
  return shut(
    facts,
    'overlay.data-path-blocked',
    [{ protocol: 'udp', port: facts.dataPathPort }],
    "overlays' packets travel on it (VXLAN)",
    'names may resolve and packets die',
  );
}

/** Packets of the pair itself left one node in VXLAN and did not arrive at the other, which hears the first one otherwise. */
function swallowedVxlan(facts: Facts): Diagnosis | null {
  const { from, to, dataPathPort, ports } = facts;
  if (!isLost(askedProbe(facts)) || ports !== null) return null;
  const [left, arrived] = [vxlanRows(facts, from.machine, true), vxlanRows(facts, to.machine, false)];
  if (left === null || arrived === null || left === 0 || arrived > 0) return null;
  return diagnose(
    'overlay.data-path-blocked',
    null,
    'likely',
    `VXLAN packets (${dataPathPort}/udp) left ${from.machine} and did not arrive at ${to.machine}`,
    [
      seen(from.machine, `VXLAN to ${to.machine} with packets of the pair`, `${left} left`),
      seen(to.machine, `VXLAN from ${from.machine} with packets of the pair`, '0 arrived'),
    ],
    onNode(facts, to.machine, 'iptables', '-S', 'INPUT'),
  );
}

/** VXLAN packets that carried the pair's own; null: nobody watched there. */
export function vxlanRows({ machines, from, to }: Facts, at: string, out: boolean): number | null {
  const packets = machines.get(at)?.packets;
  if (packets == null) return null;
  const ends = [from.address, to.address];
  return packets
    .filter(
      ({ at: place, kind, out: left, inner }) =>
        place === 'segment' &&
        kind === 'vxlan' &&
        left === out &&
        inner !== null &&
        inner[0] === 'ip' &&
        ends.includes(inner[1]) &&
        ends.includes(inner[2]),
    )
    .reduce((sum, one) => sum + one.packets, 0);
}

/** ESP between the nodes is shut. */
export const espBlocked: Judge = (facts) => {
  if (!onOverlay(facts) || !facts.way.encrypted) return null;
  const what = 'packets of encrypted overlays travel in it';
  return shut(facts, 'overlay.esp-blocked', [{ protocol: 'esp', port: null }], what, 'names resolve and packets die');
};

/** The port of the swarm's gossip between the nodes is shut. */
export const gossipBlocked: Judge = (facts) => {
  if (!onOverlay(facts)) return null;
  const found = shutGossip(facts);
  if (found === null) return null;
  return { ...found, evidence: [...found.evidence, ...newsEvidence(facts)] };
};

function shutGossip(facts: Facts): Diagnosis | null {
  return shut(
    facts,
    'overlay.gossip-blocked',
    [
      { protocol: 'udp', port: gossipPort },
      { protocol: 'tcp', port: gossipPort },
    ],
    'nodes tell each other of containers and names on it',
    'names are not known, or will not be',
  );
}

/** What did arrive leaves a port that once did not answer, as on a busy machine: a rule that counted is a sign, or both ways shut. */
const surely = (found: Diagnosis | null): Diagnosis | null => {
  const shutWays = found?.evidence.filter(({ what }) => what.endsWith('measured')).length ?? 0;
  return found?.cause.confidence === 'certain' || shutWays > 1 ? found : null;
};

export const surelyGossip: Judge = (facts) => surely(gossipBlocked(facts));

/** Two nodes of a swarm reach each other, and a port that it needs between them is shut: no overlay is well there. */
export const swarmPortsShut: Judge = (facts) => {
  if (facts.way.kind !== 'machines' || !crosses(facts)) return null;
  return surely(shutDataPath(facts)) ?? surely(shutGossip(facts));
};

/** What the asker's node knows of the target. */
export function newsEvidence(facts: Facts) {
  const { from, to } = facts;
  const overlay = [...(machineOf(facts, from.machine)?.overlays.values() ?? [])][0];
  if (overlay?.fdb == null || to.mac === null) return [];
  const node = overlay.fdb.get(to.mac);
  const text = node === undefined ? 'unknown there' : `behind ${node}`;
  return [seen(from.machine, `${to.name}'s MAC in the overlay's forwarding table`, text)];
}

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
