// Where the facts of the rules are documented.

const docker = 'https://docs.docker.com/engine';
const moby = 'https://github.com/moby/moby';

export const source = {
  agent: `${moby}/blob/v20.10.24/vendor/github.com/docker/libnetwork/agent.go`,
  bridge: `${docker}/network/drivers/bridge/`,
  defaultBridge: `${docker}/network/drivers/bridge/#differences-between-user-defined-bridges-and-the-default-bridge`,
  containerMode: `${docker}/network/#container-networks`,
  dns: `${docker}/network/#dns-services`,
  filter: `${docker}/network/packet-filtering-firewalls/`,
  host: `${docker}/network/drivers/host/`,
  ingress: `${docker}/swarm/ingress/`,
  internal: 'https://docs.docker.com/reference/cli/docker/network/create/#internal',
  internalNode: 'https://github.com/moby/libnetwork/issues/1151',
  internalNoRoute: `${moby}/pull/46603`,
  ipvlan: `${docker}/network/drivers/ipvlan/`,
  ipvlanKernel: 'https://docs.kernel.org/networking/ipvlan.html',
  ipvlanL3: 'https://docs.kernel.org/networking/ipvlan.html#l3-mode',
  leave: 'https://docs.docker.com/reference/cli/docker/swarm/leave/',
  links: `${docker}/network/links/`,
  macvlan: `${docker}/network/drivers/macvlan/`,
  macvlanKernel: 'Linux, drivers/net/macvlan.c',
  none: `${docker}/network/drivers/none/`,
  overlay: `${docker}/network/drivers/overlay/`,
  publish: `${docker}/network/port-publishing/`,
  rawFilter: `${moby}/pull/48724`,
  sandbox: `${moby}/blob/v20.10.24/vendor/github.com/docker/libnetwork/sandbox.go`,
  servfail: `${moby}/pull/44664`,
  swarm: `${docker}/swarm/networking/`,
  swarmPorts: `${docker}/swarm/swarm-tutorial/#open-protocols-and-ports-between-the-hosts`,
  vip: `${moby}/issues/24201`,
  directPublished: `${moby}/pull/49325`,
} as const;
