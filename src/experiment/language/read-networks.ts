import type { PathPart } from '../../config/locate.ts';
import {
  contains,
  formatSubnet,
  isHostAddress,
  lastAddress,
  parseAddress,
  parseSubnet,
  prefixLengthOf,
} from '../../plan/ipv4.ts';
import type { NetworkDefinition, NodeLetter } from './definition.ts';
import { texts } from './read-values.ts';
import { isBroken, isKnown, type Reading, report } from './reading.ts';
import { defaultBridge, nodeLetters, reservedNames } from './vocabulary.ts';

type Said = NonNullable<NonNullable<Reading['document']['networks']>[string]>;
type PerNode = Pick<Said, 'subnet' | 'gateway' | 'ipRange' | 'options' | 'parent'>;

/** The networks of a file; one for each node where they differ from node to node. */
export function readNetworks(reading: Reading): NetworkDefinition[] {
  return Object.entries(reading.document.networks ?? {}).flatMap(([name, given]) => {
    const said = given ?? {};
    const path = ['networks', name];
    if (reservedNames.includes(name)) {
      report(reading, path, {
        code: 'experiment.reserved-name',
        message: `no network of yours can be called ${name}`,
        hint: 'every engine has one of that name already, or it means something else',
      });
    }
    if (!isBroken(reading, path)) checkNetwork(reading, said, path);
    const common = { name, ...readCommon(said) };
    const { nodes } = said;
    if (nodes === undefined || Array.isArray(nodes)) {
      return [{ ...common, nodes: nodes ?? defaultNodes(reading, name, said), ...readPerNode(said, said) }];
    }
    return Object.entries(nodes).map(([node, differs = {}]) => {
      checkAddresses(reading, { ...said, ...differs }, differs.subnet === undefined ? path : [...path, 'nodes', node]);
      return { ...common, nodes: [node as NodeLetter], ...readPerNode(said, { ...said, ...differs }) };
    });
  });
}

/** Whether a network is made once, for all nodes. */
export function isSwarmWide({
  driver,
  scope,
}: {
  driver?: string | undefined;
  scope?: string | null | undefined;
}): boolean {
  return driver === 'overlay' || scope === 'swarm' || scope === 'global';
}

function readCommon(said: Said) {
  return {
    driver: said.driver ?? 'bridge',
    scope: said.scope ?? null,
    internal: said.internal ?? false,
    attachable: said.attachable ?? false,
    labels: texts(said.labels),
    configOnly: said.configOnly ?? false,
    configFrom: said.configFrom ?? null,
  };
}

function readPerNode(said: Said, here: PerNode) {
  return {
    subnet: here.subnet ?? null,
    gateway: here.gateway ?? null,
    ipRange: here.ipRange ?? null,
    options: texts(here.options),
    parent: readParent(said, here.parent),
  };
}

function readParent({ driver, configFrom }: Said, parent: PerNode['parent']): NetworkDefinition['parent'] {
  if ((driver !== 'macvlan' && driver !== 'ipvlan') || configFrom !== undefined) return null;
  if (typeof parent === 'number') return { kind: 'vlan', id: parent };
  return { kind: parent ?? 'segment' };
}

/** The nodes of the containers that are on it, at the start or by a step, or on one that takes its configuration. */
function defaultNodes(reading: Reading, name: string, said: Said): NodeLetter[] {
  if (isSwarmWide(said)) return ['A'];
  const { networks = {}, steps } = reading.document;
  const { members } = reading.roster;
  const dependents = Object.keys(networks).filter((other) => said.configOnly && networks[other]?.configFrom === name);
  const meant = [name, ...dependents];
  const used = new Set<NodeLetter>();
  for (const { said: container, node } of members) {
    const on = (container.networks ?? []).map((each) => (typeof each === 'string' ? each : each.network));
    if (on.some((network) => meant.includes(network))) used.add(node);
  }
  for (const { connect, refused } of steps) {
    for (const each of [connect, refused?.connect]) {
      if (each !== undefined && meant.includes(each.network))
        used.add(members.find(({ name: one }) => one === each.container)?.node ?? 'A');
    }
  }
  return used.size === 0 ? ['A'] : nodeLetters.filter((letter) => used.has(letter));
}

function checkNetwork(reading: Reading, said: Said, path: readonly PathPart[]): void {
  const contradiction = (key: string, message: string, hint: string) =>
    report(reading, [...path, key], { code: 'experiment.contradiction', message, hint });
  if (said.nodes === undefined || Array.isArray(said.nodes)) checkAddresses(reading, said, path);
  if (Array.isArray(said.nodes) && said.nodes.length === 0) contradiction('nodes', 'the list is empty', 'leave it out');
  if (said.parent !== undefined && said.driver !== 'macvlan' && said.driver !== 'ipvlan') {
    contradiction(
      'parent',
      `${said.driver === 'overlay' ? 'an overlay' : 'a bridge'} network has no parent`,
      'macvlan and ipvlan have one',
    );
  }
  if (said.configOnly && said.configFrom !== undefined) {
    contradiction('configFrom', 'it is a configuration itself', 'have either configOnly or configFrom');
  }
  if (isSwarmWide(said) && said.nodes !== undefined && !Array.isArray(said.nodes)) {
    contradiction('nodes', 'a swarm-wide network is made once, and is the same everywhere', 'leave it out');
  }
  if (isSwarmWide(said) && reading.document.lab?.swarm === false && reading.document.lab.clusterStore === undefined) {
    contradiction(
      'driver',
      'the lab of this experiment has no swarm',
      'take "swarm: false" out, or have a clusterStore',
    );
  }
  const { configFrom } = said;
  if (configFrom === undefined || !isKnown(reading, 'network', configFrom, [...path, 'configFrom'])) return;
  if (isBroken(reading, ['networks', configFrom])) return;
  if (reading.document.networks?.[configFrom]?.configOnly !== true) {
    contradiction('configFrom', `${configFrom} is no configuration`, `give ${configFrom} "configOnly: true"`);
  }
}

function checkAddresses(reading: Reading, { subnet, gateway, ipRange }: PerNode, path: readonly PathPart[]): void {
  const wrong = (key: string, message: string, hint: string) =>
    report(reading, [...path, key], { code: 'experiment.address', message, hint });
  const aligned = (key: string, cidr: string) => {
    const right = formatSubnet(parseSubnet(cidr));
    if (right !== cidr) wrong(key, `${cidr} is no subnet: it has host bits`, `the subnet is ${right}`);
  };
  if (ipRange !== undefined) aligned('ipRange', ipRange);
  if (subnet === undefined) {
    for (const [key, value] of Object.entries({ gateway, ipRange })) {
      if (value !== undefined) wrong(key, `a ${key} needs a subnet`, 'give the network a subnet as well');
    }
    return;
  }
  aligned('subnet', subnet);
  const whole = parseSubnet(subnet);
  if (gateway !== undefined && !isHostAddress(whole, parseAddress(gateway))) {
    wrong('gateway', `${gateway} is no address for a host in ${subnet}`, 'take one in between its first and last');
  }
  if (ipRange === undefined) return;
  const range = parseSubnet(ipRange);
  if (
    prefixLengthOf(ipRange) < whole.prefixLength ||
    !contains(whole, range.base) ||
    !contains(whole, lastAddress(range))
  ) {
    wrong('ipRange', `${ipRange} is not in ${subnet}`, 'take a part of the subnet');
  }
}

/** Networks that a container can name, beside the file's own. */
export const alwaysThere: readonly string[] = [defaultBridge];
