import { letterNodes } from '../experiment/build/letters.ts';
import { parseEngineVersion } from '../experiment/engine-version.ts';
import type { NodeLetter } from '../experiment/language/definition.ts';
import type { CellQuestion } from '../experiment/language/questions.ts';
import type { PresentContainer } from '../experiment/running/running.ts';
import type { ChosenEnd } from '../experiment/running/select.ts';
import type { NetworkView } from '../fabric/engine-port.ts';
import { localNetwork } from '../model/networks.ts';
import { booleanOption, optionNames, strangeOption } from '../model/options.ts';
import { predict } from '../model/predict.ts';
import type { Prediction } from '../model/rule.ts';
import {
  type AttachmentWorld,
  type ContainerWorld,
  type NetworkWorld,
  type NodeWorld,
  newContainer,
  type World,
} from '../model/world.ts';
import { contains, parseAddress, parseSubnet } from '../plan/ipv4.ts';
import type { EngineNode, LabPlan } from '../plan/types.ts';
import type { Seen } from './pair.ts';

export type ForwardPolicies = ReadonlyMap<string, string>;

type Asked = Omit<CellQuestion, 'from' | 'to'>;

/**
 * What the model says of a pair that stands in the lab, as the engines describe it; null where it cannot be put to the model:
 * an engine that does not answer, two containers of one name, a node without a letter. Pure.
 */
export function foretell(
  plan: LabPlan,
  seen: Seen,
  policies: ForwardPolicies,
  ends: { from: ChosenEnd; to: ChosenEnd },
  asked: Asked,
): Prediction | null {
  const letters = letterNodes(plan);
  const byName = new Map([...letters].map(([letter, { name }]) => [name, letter]));
  if ([...seen.values()].some(({ state }) => state !== 'answers')) return null;
  const running = [...seen.values()].flatMap(({ containers }) => containers).filter(({ view }) => view.running);
  const names = running.map(({ view }) => view.name);
  if (new Set(names).size < names.length || running.some(({ node }) => !byName.has(node))) return null;
  const from = endName(ends.from, byName);
  const to = endName(ends.to, byName);
  if (from === null || to === null) return null;
  return predict(standingWorld(plan, letters, byName, seen, policies, running), { ...asked, from, to });
}

function endName(end: ChosenEnd, letters: ReadonlyMap<string, NodeLetter>): string | null {
  if (end.kind === 'container') return end.container.view.name;
  if (end.id === 'lan' || end.id === 'world') return end.id;
  const letter = letters.get(end.machine);
  return letter === undefined ? null : `node:${letter}`;
}

function standingWorld(
  plan: LabPlan,
  letters: ReadonlyMap<NodeLetter, EngineNode>,
  byName: ReadonlyMap<string, NodeLetter>,
  seen: Seen,
  policies: ForwardPolicies,
  running: readonly PresentContainer[],
): World {
  const nodes = [...letters].map(([letter, node]) => nodeWorld(letter, node, seen, policies));
  const networks = [...letters].flatMap(([letter, node]) =>
    (seen.get(node.name)?.networks ?? []).flatMap((view) => networkWorld(view, letter, node) ?? []),
  );
  const byKey = new Map(networks.map((network) => [network.key, network]));
  const containers = running.flatMap((one) => {
    const letter = byName.get(one.node);
    return letter === undefined ? [] : [containerWorld(one, letter, byKey, running)];
  });
  const outsider = plan.nodes.find(({ role }) => role === 'outsider');
  return {
    nodes: new Map(nodes.map((node) => [node.letter, node])),
    networks: byKey,
    containers: new Map(containers.map((one) => [one.name, one])),
    services: new Map(),
    machineNames: new Map([
      ...[...letters].map(([letter, { name }]) => [name, letter] as const),
      ...(outsider === undefined ? [] : [[outsider.name, 'lan'] as const]),
      [plan.world.name, 'world'] as const,
    ]),
    segment: parseSubnet(plan.segment.subnet),
    dataPathPort: plan.swarm.dataPathPort,
    clusterStore: plan.engines?.clusterStore != null,
    routes: [],
    gossip: new Map(),
    heard: new Set(),
    forgotten: new Set(),
    disturbed: null,
  };
}

function nodeWorld(letter: NodeLetter, { name }: EngineNode, seen: Seen, policies: ForwardPolicies): NodeWorld {
  return {
    letter,
    name,
    version: parseEngineVersion(seen.get(name)?.info?.version ?? ''),
    forwardPolicy: policies.get(name) ?? 'unknown',
    features: null,
    blocks: [],
    lost: false,
    drained: false,
    member: true,
    roleChanged: false,
  };
}

/** Null for networks without packets (host, none) and those that containers do not choose. */
function networkWorld(view: NetworkView, letter: NodeLetter, node: EngineNode): NetworkWorld | null {
  const { name, driver, options, scope } = view;
  if (driver === 'host' || driver === 'null' || name === 'ingress' || name === 'docker_gwbridge') return null;
  const known = driver === 'overlay' || driver === 'macvlan' || driver === 'ipvlan' ? driver : 'bridge';
  const subnet = view.subnets[0] === undefined || view.subnets[0] === '' ? null : parseSubnet(view.subnets[0]);
  const pool = parseSubnet(node.containerPool.subnet);
  const isDefault = name === 'bridge';
  const wide = scope === 'swarm';
  const strange = known === driver || driver === 'bridge' ? (isDefault ? null : strangeOption(known, options)) : driver;
  return {
    ...localNetwork(name, letter),
    key: wide ? name : `${name}@${letter}`,
    driver: known,
    isDefault,
    node: wide ? null : letter,
    subnet,
    routed: subnet !== null && contains(pool, subnet.base) && subnet.prefixLength >= pool.prefixLength,
    internal: view.internal === true,
    icc: booleanOption(options[optionNames.icc], true),
    masquerade: booleanOption(options[optionNames.masquerade], true),
    encrypted: 'encrypted' in options,
    mode:
      known === 'macvlan'
        ? (options.macvlan_mode ?? 'bridge')
        : known === 'ipvlan'
          ? (options.ipvlan_mode ?? 'l2')
          : '',
    parent: known === 'macvlan' || known === 'ipvlan' ? parentOf(options.parent) : null,
    strange: wide && known !== 'overlay' ? 'made for the whole swarm' : strange,
  };
}

/** The node's interface on the segment; with a number behind the point a VLAN of it; without one a dummy. */
function parentOf(parent: string | undefined): NetworkWorld['parent'] {
  if (parent === undefined || parent.startsWith('dm-')) return { kind: 'none' };
  const vlan = /\.(\d+)$/.exec(parent)?.[1];
  if (vlan !== undefined) return { kind: 'vlan', id: Number(vlan) };
  return { kind: 'segment' };
}

function containerWorld(
  { view }: PresentContainer,
  letter: NodeLetter,
  networks: ReadonlyMap<string, NetworkWorld>,
  running: readonly PresentContainer[],
): ContainerWorld {
  const attachments = Object.entries(view.addresses).flatMap(([name, { ip }]): AttachmentWorld[] => {
    const key = networks.has(`${name}@${letter}`) ? `${name}@${letter}` : name;
    return networks.has(key) && ip !== '' ? [{ network: key, ip: parseAddress(ip), aliases: [] }] : [];
  });
  const attach = attachOf(view.networkMode, attachments, running);
  const publish = (view.published ?? []).flatMap(publication);
  return { ...newContainer({ name: view.name, node: letter, attach }), publish };
}

function attachOf(
  mode: string,
  attachments: readonly AttachmentWorld[],
  running: readonly PresentContainer[],
): ContainerWorld['attach'] {
  if (mode === 'host' || mode === 'none') return { kind: mode };
  const joined = /^container:(.+)$/.exec(mode)?.[1];
  if (joined === undefined) return { kind: 'networks', attachments };
  const owner = running.find(({ view }) => view.id === joined || view.name === joined);
  return { kind: 'container', name: owner?.view.name ?? joined };
}

/** `0.0.0.0:8080->80/tcp`. */
function publication(text: string): ContainerWorld['publish'] {
  const match = /^([\d.]+):(\d+)->(\d+)\/(tcp|udp)$/.exec(text);
  if (match === null) return [];
  const [, address = '', hostPort = '', port = '', protocol] = match;
  return [
    {
      port: Number(port),
      protocol: protocol === 'udp' ? 'udp' : 'tcp',
      hostPort: Number(hostPort),
      hostAddress: address === '0.0.0.0' ? null : address,
    },
  ];
}
