import { type Lookup, namesNoTasks } from '../lookup.ts';
import { nodeOf } from '../stand.ts';
import type { ContainerWorld, NetworkWorld, NodeWorld } from '../world.ts';
import { embedded, type NameRule, newsRules, unknown } from './names-swarm.ts';
import { source } from './sources.ts';

export type { NameRule };

/** Networks of whom the question is about. */
function networksAbout({ about, world }: Lookup): readonly NetworkWorld[] {
  if (about?.attach.kind !== 'networks') return [];
  return about.attach.attachments.flatMap(({ network }) => world.networks.get(network) ?? []);
}
const isOn = ({ running, attach }: ContainerWorld, { key }: NetworkWorld) =>
  running && attach.kind === 'networks' && attach.attachments.some(({ network }) => network === key);
const on = (it: Lookup, what: (network: NetworkWorld) => boolean) => networksAbout(it).some(what);
/** Networks that have the same name as one of the asker's, and are other networks. */
function namesakes(it: Lookup): readonly NetworkWorld[] {
  const { asker, world } = it;
  if (asker.kind !== 'container') return [];
  const own = asker.attachments.flatMap(({ network }) => world.networks.get(network) ?? []);
  return networksAbout(it).filter((one) => own.some(({ name, key }) => name === one.name && key !== one.key));
}
const engineOf = ({ world, asker }: Lookup): NodeWorld | null => {
  const letter = nodeOf(world, asker);
  return letter === null ? null : (world.nodes.get(letter) ?? null);
};
const foundOn = (it: Lookup) => (it.found.kind === 'containers' ? it.found.network : null);

/** What a look-up gives. Tried in this order. */
export const nameRules: readonly NameRule[] = [
  {
    id: 'none.no-resolver',
    expected: 'no-resolver',
    sentence: 'with no interface but loopback there is no way to any DNS server',
    reference: source.none,
    applies: ({ resolver }) => resolver === 'none',
  },
  {
    id: 'names.cut-off',
    expected: 'no-resolver',
    sentence: 'in a namespace that lost its interfaces no DNS server is left that could be asked',
    reference: source.containerMode,
    applies: ({ resolver }) => resolver === 'unsure',
  },
  {
    id: 'link.hosts-entry-stale',
    expected: 'undecided',
    sentence:
      'the linked container does not run or has left the network, and its entry in /etc/hosts may still be there',
    reference: source.links,
    applies: ({ found }) => found.kind === 'link' && found.containers.some((one) => !isOn(one, found.network)),
  },
  {
    id: 'link.hosts-entry',
    expected: 'found',
    sentence: 'a link on the default bridge writes the name and the address of the linked container into /etc/hosts',
    reference: source.links,
    applies: ({ found }) => found.kind === 'link',
  },
  ...newsRules,
  {
    id: 'service.virtual-address',
    expected: 'found',
    sentence: "a service's name is one virtual address in front of all its tasks",
    reference: source.swarm,
    applies: ({ found }) => found.kind === 'service' && !found.tasks,
  },
  {
    id: 'service.tasks',
    expected: 'found',
    sentence: 'tasks.NAME, and the name itself of a service with dnsrr, are the addresses of the tasks',
    reference: source.swarm,
    applies: ({ found }) => found.kind === 'service',
  },
  {
    id: 'overlay.swarm-dns',
    expected: 'found',
    sentence: 'the names of a swarm-wide network are passed from node to node, so each engine knows all of them',
    reference: source.swarm,
    applies: (it) => foundOn(it)?.node === null,
  },
  {
    id: 'network.embedded-dns',
    expected: 'found',
    sentence: "the engine's embedded DNS server knows the names of the containers that it has on this network",
    reference: source.dns,
    applies: (it) => foundOn(it) !== null,
  },
  {
    id: 'machine.unsure',
    expected: 'undecided',
    sentence: "whether the lab's DNS server is reached from here is not known",
    reference: source.dns,
    applies: ({ canAsk }) => canAsk === null,
  },
  {
    id: 'machine.in-lab-dns',
    expected: 'found',
    sentence: "machines are in the lab's DNS, which containers ask as their node does, or have asked by their engine",
    reference: source.dns,
    applies: ({ found, canAsk }) => found.kind === 'machine' && canAsk === true,
  },
  {
    id: 'internal.dns-silent',
    expected: 'name-timeout',
    sentence:
      'engine 20.10 passes a name that it does not know on to a server that cannot be reached from there, and then says nothing',
    reference: source.servfail,
    applies: (it) => embedded(it) && it.canAsk === false && isBefore(engineOf(it), 21),
  },
  {
    id: 'internal.dns-servfail',
    expected: 'servfail',
    sentence: 'from engine 26 on a name that cannot be asked of any other server is answered with SERVFAIL',
    reference: source.servfail,
    applies: (it) => embedded(it) && it.canAsk === false && isSince(engineOf(it), 26),
  },
  {
    id: 'internal.dns-no-resolver',
    expected: 'no-resolver',
    sentence: 'a name that the engine does not know cannot be asked of any other server from there',
    reference: source.servfail,
    applies: ({ canAsk }) => canAsk === false,
  },
  {
    id: 'stopped.name-gone',
    expected: 'no-name',
    sentence: 'a container has its name in DNS only while it runs',
    reference: source.dns,
    applies: (it) => unknown(it) && embedded(it) && it.about?.running === false,
  },
  {
    id: 'service.no-addresses',
    expected: 'no-name',
    sentence: 'a service without tasks has no address that its name, or tasks.NAME, could stand for',
    reference: source.swarm,
    applies: (it) => unknown(it) && embedded(it) && namesNoTasks(it.world, it.name),
  },
  {
    id: 'host.no-container-names',
    expected: 'no-name',
    sentence:
      'a container on the host network has no address of its own, so no DNS knows its name; it resolves as its node does',
    reference: source.host,
    applies: (it) =>
      unknown(it) && (it.about?.attach.kind === 'host' || (it.asker.kind === 'machine' && it.asker.host)),
  },
  {
    id: 'machine.no-container-names',
    expected: 'no-name',
    sentence: "machines ask the lab's DNS, which knows no container",
    reference: source.dns,
    applies: (it) => unknown(it) && it.asker.kind === 'machine',
  },
  {
    id: 'bridge.default.no-dns',
    expected: 'no-name',
    sentence:
      'the default bridge has no DNS of its own: containers on it are not known by name, not even to themselves',
    reference: source.defaultBridge,
    applies: (it) =>
      unknown(it) &&
      (it.resolver === 'node' || (on(it, ({ isDefault }) => isDefault) && networksAbout(it).length === 1)),
  },
  {
    id: 'shared.no-name-of-its-own',
    expected: 'no-name',
    sentence:
      'who shares the namespace of another container is on no network; the namespace is known by the name of its owner',
    reference: source.containerMode,
    applies: (it) => unknown(it) && it.about?.attach.kind === 'container',
  },
  {
    id: 'none.no-name',
    expected: 'no-name',
    sentence: 'a container without a network has no address that a name could stand for',
    reference: source.none,
    applies: (it) => unknown(it) && it.about !== null && networksAbout(it).length === 0,
  },
  ...(['bridge', 'macvlan', 'ipvlan'] as const).map(
    (driver): NameRule => ({
      id: `${driver}.names-stay-on-the-node`,
      expected: 'no-name',
      sentence:
        'the network has local scope: one of the same name on another node is another network, with names of its own',
      reference: source[driver],
      applies: (it) => unknown(it) && namesakes(it).some((network) => network.driver === driver),
    }),
  ),
  {
    id: 'network.names-stay-within',
    expected: 'no-name',
    sentence: 'the embedded DNS server answers for the networks that the asking container is on, and for no other',
    reference: source.dns,
    applies: unknown,
  },
];

function isBefore(node: NodeWorld | null, major: number): boolean {
  return node?.version != null && node.version.major < major;
}

function isSince(node: NodeWorld | null, major: number): boolean {
  return node?.version != null && node.version.major >= major;
}
