// The networks of a random lab. Pure.
import { lettersOf } from './words.mjs';

const option = {
  icc: 'com.docker.network.bridge.enable_icc',
  masquerade: 'com.docker.network.bridge.enable_ip_masquerade',
  mtu: 'com.docker.network.driver.mtu',
};

/**
 * What a drawn network becomes: with what the kernels cannot do, without a swarm, or where another one has the parent
 * interface (before engine 27 a node's interface is the parent of one network at most) it is a bridge.
 */
export function networksOf({ networks }, { mark, number, nodes, features, swarm }) {
  const parents = new Set();
  return networks.map((drawn, at) => {
    const kind = kindOf(drawn, { features, swarm, parents });
    const name = `n${at}${mark}`;
    const wide = kind === 'overlay' || kind === 'macvlan-wide';
    const where = wide ? nodes : lettersOf(drawn.nodes, nodes);
    const given =
      kind === 'bridge' || kind === 'overlay' ? subnetOf(drawn, number, kind === 'overlay' ? 128 + at : at) : null;
    const parent = parentOf(drawn, features);
    if (kind === 'macvlan' || kind === 'macvlan-wide' || kind === 'ipvlan') parents.add(`${parent}`);
    const child = kind === 'macvlan' || kind === 'ipvlan' ? { ...childOf(kind, drawn), parent } : {};
    const said = {
      driver: kind === 'macvlan-wide' ? 'macvlan' : kind,
      ...(wide ? {} : { nodes: where }),
      ...(drawn.internal && kind !== 'macvlan-wide' ? { internal: true } : {}),
      ...(given === null ? {} : given.said),
      ...child,
      ...(kind === 'overlay' ? { attachable: drawn.attachable } : {}),
      ...(kind === 'macvlan-wide' ? { scope: 'swarm', configFrom: `t${at}${mark}`, attachable: true } : {}),
      ...optionsOf(kind, drawn, features),
    };
    const template =
      kind === 'macvlan-wide'
        ? [[`t${at}${mark}`, { driver: 'macvlan', nodes, configOnly: true, parent: 'segment' }]]
        : [];
    return {
      name,
      kind,
      nodes: where,
      joinable: kind !== 'overlay' || drawn.attachable,
      prefix: kind === 'bridge' && given !== null ? given.prefix : null,
      kernel: kernelOf(kind, { ...drawn, parent }, said),
      said,
      template,
    };
  });
}

function kindOf({ driver, ...drawn }, { features, swarm, parents }) {
  const parent = parentOf(drawn, features);
  switch (driver) {
    case 'overlay':
      return swarm ? 'overlay' : 'bridge';
    case 'macvlan-wide':
      return swarm && !parents.has('segment') ? 'macvlan-wide' : 'bridge';
    case 'macvlan':
      return parents.has(`${parent}`) ? 'bridge' : 'macvlan';
    case 'ipvlan':
      return !features.has('ipvlan') || parents.has(`${parent}`) ? 'bridge' : 'ipvlan';
    default:
      return 'bridge';
  }
}

function parentOf({ parent, mode }, features) {
  if (parent === 'none' && features.has('dummy')) return 'none';
  if (parent === 'vlan' && features.has('8021q')) return 10 + (mode % 3);
  return 'segment';
}

/** Passthru is left out: the container would take the node's only interface on the segment, and the node be gone with it. */
function childOf(kind, { mode }) {
  if (kind === 'ipvlan') {
    const chosen = ['l2', 'l2', 'l3', 'l3', 'l3s'][mode % 5];
    return { options: { ipvlan_mode: chosen } };
  }
  const chosen = ['bridge', 'bridge', 'private', 'vepa'][mode % 4];
  return chosen === 'bridge' ? {} : { options: { macvlan_mode: chosen } };
}

function optionsOf(kind, { icc, masquerade, encrypted, mtu }, features) {
  const options = {
    ...(kind === 'bridge' && !icc ? { [option.icc]: 'false' } : {}),
    ...(kind === 'bridge' && !masquerade ? { [option.masquerade]: 'false' } : {}),
    ...(kind === 'overlay' && encrypted && features.has('esp4') ? { encrypted: '' } : {}),
    ...(mtu && (kind === 'bridge' || kind === 'overlay') ? { [option.mtu]: '1400' } : {}),
  };
  return Object.keys(options).length === 0 ? {} : { options };
}

function subnetOf({ subnet }, number, third) {
  if (subnet === 'planned') return null;
  const prefix = `172.${20 + (number % 8)}.${third}`;
  const range = { gateway: `${prefix}.200`, ipRange: `${prefix}.64/26` };
  return { prefix, said: { subnet: `${prefix}.0/24`, ...(subnet === 'range' ? range : {}) } };
}

function kernelOf(kind, { parent }, { options }) {
  const own = {
    bridge: [],
    overlay: ['vxlan'],
    macvlan: ['macvlan'],
    'macvlan-wide': ['macvlan', 'vxlan'],
    ipvlan: ['ipvlan'],
  }[kind];
  const child = kind === 'macvlan' || kind === 'ipvlan';
  return [
    ...own,
    ...(child && parent === 'none' ? ['dummy'] : []),
    ...(child && typeof parent === 'number' ? ['8021q'] : []),
    ...(options?.encrypted === undefined ? [] : ['esp4']),
  ];
}
