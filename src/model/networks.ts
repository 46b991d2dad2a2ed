import { createAllotment, isSwarmWide, planAddressesOf } from '../experiment/build/allot.ts';
import type { Experiment, NetworkDefinition, NodeLetter } from '../experiment/language/definition.ts';
import { contains, parseSubnet } from '../plan/ipv4.ts';
import type { EngineNode } from '../plan/types.ts';
import { booleanOption, optionNames, strangeOption } from './options.ts';
import type { Circumstance } from './start.ts';
import type { NetworkWorld } from './world.ts';

/** A bridge of one node with nothing said of it. */
export function localNetwork(name: string, node: NodeLetter): NetworkWorld {
  return {
    key: `${name}@${node}`,
    name,
    driver: 'bridge',
    isDefault: false,
    node,
    subnet: null,
    routed: false,
    internal: false,
    icc: true,
    masquerade: true,
    encrypted: false,
    mode: '',
    parent: null,
    strange: null,
  };
}

/** The networks of an experiment as the engines have them, with the addresses that the runner would ask for. Pure. */
export function planNetworks(experiment: Experiment, lab: Circumstance): readonly NetworkWorld[] {
  const allotment = createAllotment();
  const numbers = new Map<string, number>();
  return experiment.networks.flatMap((network): NetworkWorld[] => {
    if (network.configOnly) return [];
    const number = numbers.get(network.name) ?? allotment.take(experiment.id);
    numbers.set(network.name, number);
    if (isSwarmWide(network)) return [swarmWide(network, experiment, lab, number)];
    return network.nodes.flatMap((letter) => {
      const node = lab.nodes.get(letter);
      return node === undefined ? [] : [ofNode(network, letter, node, lab, number)];
    });
  });
}

function ofNode(
  network: NetworkDefinition,
  letter: NodeLetter,
  node: EngineNode,
  lab: Circumstance,
  number: number,
): NetworkWorld {
  const addresses = planAddressesOf(network, node, lab.plan, number);
  const subnet = addresses === null ? null : parseSubnet(addresses.subnet);
  const pool = parseSubnet(node.containerPool.subnet);
  return {
    ...localNetwork(network.name, letter),
    ...optionsOf(network),
    subnet,
    routed: subnet !== null && contains(pool, subnet.base) && subnet.prefixLength >= pool.prefixLength,
  };
}

/**
 * A swarm-wide macvlan or ipvlan has the parents of the template that it is made from. Without one neither its subnet nor
 * its parent is taken over: each node gives it a subnet out of its own pool, and a dummy interface (measured with engine
 * 20.10.24 on kernel 6.1; a kernel without dummy interfaces lets nobody join).
 */
function swarmWide(
  network: NetworkDefinition,
  experiment: Experiment,
  lab: Circumstance,
  number: number,
): NetworkWorld {
  const template = experiment.networks.find(({ name, configOnly }) => configOnly && name === network.configFrom);
  const first = lab.nodes.get('A');
  const source = template ?? network;
  if (template === undefined && network.driver !== 'overlay')
    return {
      ...localNetwork(network.name, 'A'),
      ...optionsOf({ ...network, parent: { kind: 'none' } }),
      key: network.name,
      node: null,
      subnet: null,
    };
  const addresses =
    first === undefined ? null : planAddressesOf({ ...source, configFrom: null }, first, lab.plan, number);
  return {
    ...localNetwork(network.name, 'A'),
    ...optionsOf({ ...source, internal: source.internal || network.internal, driver: network.driver }),
    key: network.name,
    node: null,
    subnet: addresses === null ? null : parseSubnet(addresses.subnet),
  };
}

function optionsOf({ driver, internal, options, parent }: NetworkDefinition) {
  const known = driver === 'overlay' || driver === 'macvlan' || driver === 'ipvlan' ? driver : 'bridge';
  const mode = known === 'macvlan' ? (options.macvlan_mode ?? 'bridge') : (options.ipvlan_mode ?? 'l2');
  const flagged = options.ipvlan_flag !== undefined && options.ipvlan_flag !== 'bridge' ? 'ipvlan_flag' : null;
  return {
    driver: known,
    internal,
    icc: booleanOption(options[optionNames.icc], true),
    masquerade: booleanOption(options[optionNames.masquerade], true),
    // The option's presence is what encrypts (docker network create --opt encrypted).
    encrypted: options.encrypted !== undefined,
    mode: known === 'macvlan' || known === 'ipvlan' ? mode : '',
    parent: known === 'macvlan' || known === 'ipvlan' ? (parent ?? ({ kind: 'none' } as const)) : null,
    strange: known !== driver && driver !== 'bridge' ? `driver ${driver}` : (strangeOption(known, options) ?? flagged),
  } satisfies Partial<NetworkWorld>;
}
