import { askedProbe, crosses, diagnose, machineOf, onNode, seen } from '../diagnosis.ts';
import type { Diagnosis, Evidence, Facts } from '../facts.ts';
import { newsEvidence, vxlanRows } from './overlay.ts';

/** By which way the packets went, from what was seen of them. */
export function explainSuccess(facts: Facts): Diagnosis {
  const { from, to } = facts;
  const asked = askedProbe(facts);
  const { node, sentence } = wayOf(facts);
  const evidence = [
    seen(from.machine, `${asked.protocol} to ${asked.target}`, `reached: ${asked.detail}`),
    ...(facts.asked.by === 'name' && to.address !== null
      ? [seen(from.machine, `${asked.target} means`, to.address)]
      : []),
    ...trail(facts),
  ];
  return diagnose('reached', node, 'certain', sentence, evidence, null);
}

function wayOf(facts: Facts): { node: string | null; sentence: string } {
  const { from, to, way, asked } = facts;
  const crossing = from.machine !== to.machine;
  switch (way.kind) {
    case 'own':
      return { node: from.machine, sentence: 'both ends are in one network namespace: packets never leave it' };
    case 'overlay': {
      const carrier = carrierOf(facts, way.encrypted);
      const sentence = crossing
        ? `by the overlay ${way.network}, in ${carrier}, from ${from.machine} to ${to.machine}`
        : `by the overlay ${way.network} within ${from.machine}, where both are: nothing crosses the segment`;
      return { node: null, sentence };
    }
    case 'bridge':
      return { node: from.machine, sentence: `by the bridge ${way.network} of ${from.machine}` };
    case 'parent': {
      const sentence = crossing
        ? `by the segment itself: ${way.driver} gives the container an interface of its own there, on ${way.parent}`
        : `within the parent ${way.parent} of ${from.machine}`;
      return { node: null, sentence };
    }
    case 'machines':
      return {
        node: null,
        sentence: crossing ? `from machine to machine on the segment` : `within ${from.machine}, whose address it is`,
      };
    case 'routed':
      return { node: null, sentence: routed(from, to, asked.by === 'published') };
    case 'unknown':
      return { node: null, sentence: 'by a way that was not looked into' };
  }
}

/** An engine takes the word 'encrypted' and may send as ever, where its kernel cannot mark the packets (moby, CVE-2023-28841). */
function carrierOf(facts: Facts, encrypted: boolean): string {
  const { from, to, dataPathPort } = facts;
  const vxlan = `VXLAN, ${dataPathPort}/udp`;
  if (!encrypted) return vxlan;
  const readable = (vxlanRows(facts, from.machine, true) ?? 0) + (vxlanRows(facts, to.machine, false) ?? 0);
  return readable > 0 ? `${vxlan}, readable although the network is to be encrypted` : 'ESP (encrypted VXLAN)';
}

function routed(from: Facts['from'], to: Facts['to'], published: boolean): string {
  if (published)
    return `by a port that ${to.machine} publishes, which rewrites the destination to ${to.address ?? to.id}`;
  if (from.kind === 'container')
    return `by the gateway of its network on ${from.machine}, which routes it on${from.machine === to.machine ? ' or is the target' : ''}`;
  return `by the routes of ${from.machine}`;
}

/** Where packets of the pair were seen. */
function trail(facts: Facts): readonly Evidence[] {
  const { from, to, way } = facts;
  if (!crosses(facts)) return [];
  if (way.kind === 'overlay') {
    const [left, arrived] = [vxlanRows(facts, from.machine, true), vxlanRows(facts, to.machine, false)];
    return [
      ...newsEvidence(facts),
      ...(way.encrypted ? espTrail(facts) : []),
      ...(left === null ? [] : [seen(from.machine, `VXLAN to ${to.machine} with packets of the pair`, `${left} left`)]),
      ...(arrived === null ? [] : [seen(to.machine, `VXLAN from ${from.machine}`, `${arrived} arrived`)]),
    ];
  }
  return segmentTrail(facts);
}

/** Whose packets are in it cannot be read; the agents' own are left out. */
function espTrail(facts: Facts): readonly Evidence[] {
  const { from, to } = facts;
  const count = (machine: string, out: boolean) =>
    machineOf(facts, machine)
      ?.packets?.filter(
        (row) =>
          row.at === 'segment' &&
          row.kind === 'ip' &&
          row.protocol === 'esp' &&
          row.out === out &&
          row.from === from.machineAddress &&
          row.to === to.machineAddress,
      )
      .reduce((sum, { packets }) => sum + packets, 0) ?? null;
  const [left, arrived] = [count(from.machine, true), count(to.machine, false)];
  return [
    ...(left === null ? [] : [seen(from.machine, `ESP to ${to.machine}`, `${left} left`)]),
    ...(arrived === null ? [] : [seen(to.machine, `ESP from ${from.machine}`, `${arrived} arrived`)]),
  ];
}

function segmentTrail(facts: Facts): readonly Evidence[] {
  const { from, to, way } = facts;
  const asked = askedProbe(facts);
  const translates = way.kind === 'routed';
  const sources = translates ? [from.address, from.machineAddress] : [from.address];
  const targets = translates ? [to.address, to.machineAddress] : [to.address];
  // The witnesses' own echoes go from machine to machine too: what was translated to that cannot be told from them.
  const shown = translates && asked.protocol === 'icmp' && to.id !== 'world' ? 'tcp' : asked.protocol;
  return [from, to].flatMap(({ machine }, index) => {
    const rows = machineOf(facts, machine)?.packets?.filter(
      ({ at, kind, out, protocol, from: source, to: target }) =>
        at === 'segment' &&
        kind === 'ip' &&
        out === (index === 0) &&
        protocol === shown &&
        sources.includes(source) &&
        targets.includes(target),
    );
    const [first] = rows ?? [];
    if (rows === undefined || first === undefined) return [];
    const packets = rows.reduce((sum, one) => sum + one.packets, 0);
    const translated = index === 0 && from.address !== null && first.from !== from.address;
    const as = translated ? `, with the node's address ${first.from} instead of ${from.address}` : '';
    return [
      seen(
        machine,
        `${shown} from ${first.from} to ${first.to}`,
        `${packets} ${index === 0 ? 'left' : 'arrived'}${as}`,
      ),
    ];
  });
}

/** What was seen, for a person to go on with: no cause shows. */
export function undecided(facts: Facts): Diagnosis {
  const { from, to, missing } = facts;
  const asked = askedProbe(facts);
  const evidence: Evidence[] = [
    ...facts.probes.map(({ by, protocol, target, outcome, detail }) =>
      seen(
        from.machine,
        `${protocol} by ${by} to ${target ?? to.id}`,
        `${outcome}${detail === '' ? '' : `: ${detail}`}`,
      ),
    ),
    ...trail(facts),
    ...missing.map((what) => seen(null, 'could not be looked at', what)),
  ];
  const why =
    missing.length > 0
      ? `what could not be looked at may show it: ${missing.slice(0, 3).join('; ')}`
      : 'nothing that was looked at (engines, interfaces, firewall counters, ports, captures, tables) shows where it ended';
  const sentence =
    asked.outcome === 'not-measured' ? `it could not be measured: ${asked.detail}` : `the cause is not decided: ${why}`;
  return diagnose(
    'undecided',
    null,
    'undecided',
    sentence,
    evidence,
    onNode(facts, to.machine, 'tcpdump', '-ni', 'any'),
  );
}
