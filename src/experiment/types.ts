/** The ten rows of the scope report, in the order that they are shown. */
export const driverIds = [
  'bridge-default',
  'bridge-user',
  'host',
  'none',
  'container',
  'macvlan',
  'ipvlan-l2',
  'ipvlan-l3',
  'overlay',
  'overlay-encrypted',
] as const;

export type DriverId = (typeof driverIds)[number];

/**
 * Where the other end is, seen from a container: in its own network namespace · the next container of the same
 * network on the same node · the LAN address of its own node · a container of the same network on another node ·
 * another node's LAN address · the outsider · beyond the gateway.
 */
export const rings = ['self', 'sibling', 'node', 'peer', 'peer-node', 'lan', 'world'] as const;

export type Ring = (typeof rings)[number];

export type Direction = 'out' | 'in';

/** What a node's kernel must be able to do; found by asking the node, see provision/kernel-features.sh. */
export const kernelFeatures = [
  'macvlan',
  'ipvlan',
  'vxlan',
  'esp4',
  'xt_u32',
  'xt_bpf',
  'ip_vs',
  '8021q',
  'dummy',
  'netem',
] as const;

export type KernelFeature = (typeof kernelFeatures)[number];
