import { Buffer } from 'node:buffer';
import type { Connections, NodeConnection } from '../../../src/fabric/connection.ts';
import type {
  ContainerSpec,
  ContainerView,
  Engine,
  NetworkSpec,
  NetworkView,
} from '../../../src/fabric/engine-port.ts';
import type { LabPlan } from '../../../src/plan/types.ts';

/** What the engines of a fake lab did and hold. */
export interface FakeLab {
  connections: Connections;
  networks: Map<string, { node: string; spec: NetworkSpec }>;
  containers: Map<string, { node: string; spec: ContainerSpec; running: boolean }>;
  calls: string[];
}

export interface FakeLabOptions {
  /** An engine's refusal, or null to go on. */
  refuse?: (what: 'network' | 'container', name: string, node: string) => string | null;
  /** What `sh -s` prints on a node; null fails. */
  features?: (node: string) => string | null;
}

export const allFeatures = [
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
]
  .map((feature) => `${feature} yes`)
  .join('\n');

/** Engines that keep their networks and containers in memory, behind the fabric's own ports. */
export function fakeLab(plan: LabPlan, options: FakeLabOptions = {}): FakeLab {
  const lab: FakeLab = { connections: new Map(), networks: new Map(), containers: new Map(), calls: [] };
  const connections = new Map<string, NodeConnection>();
  for (const { name, address } of plan.nodes) connections.set(name, connection(name, address, plan, lab, options));
  connections.set(plan.world.name, connection(plan.world.name, plan.world.address, plan, lab, options));
  return Object.assign(lab, { connections });
}

function connection(
  node: string,
  address: string,
  plan: LabPlan,
  lab: FakeLab,
  options: FakeLabOptions,
): NodeConnection {
  const unused = () => Promise.reject(new Error('not of this test'));
  return {
    machine: node,
    exec: async (argv) => {
      const text = argv[0] === 'sh' ? (options.features ?? (() => allFeatures))(node) : addresses(address);
      if (text === null) return { exitStatus: 127, stdout: Buffer.from(''), stderr: 'sh: unshare: not found' };
      return { exitStatus: 0, stdout: Buffer.from(text), stderr: '' };
    },
    spawn: unused,
    openShell: unused,
    upload: unused,
    openUnixSocket: unused,
    engine: engine(node, plan, lab, options),
    work: {} as NodeConnection['work'],
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function addresses(address: string): string {
  return JSON.stringify([
    { ifname: 'lo', addr_info: [{ local: '127.0.0.1' }] },
    { ifname: 'seg7', addr_info: [{ local: address }] },
  ]);
}

function engine(node: string, plan: LabPlan, lab: FakeLab, options: FakeLabOptions): Engine {
  const key = (name: string) => `${node}/${name}`;
  const unused = () => Promise.reject(new Error('not of this test'));
  const refusal = (what: 'network' | 'container', name: string) => {
    const message = options.refuse?.(what, name, node) ?? null;
    if (message !== null) throw new Error(message);
  };
  const networkView = (name: string): NetworkView | null => {
    const spec = lab.networks.get(key(name))?.spec;
    if (spec === undefined) return ['bridge', 'host', 'none'].includes(name) ? builtIn(name) : null;
    const { driver, scope, options: of, labels } = spec;
    return {
      id: name,
      name,
      driver,
      scope,
      options: of,
      labels,
      subnets: spec.ipam === null ? [] : [spec.ipam.subnet],
    };
  };
  return {
    info: async () => ({
      version: '20.10.24',
      kernel: '6.1.0',
      operatingSystem: 'Debian',
      cgroupVersion: '2',
      swarm: {
        state: 'active',
        nodeId: node,
        nodeAddress: '',
        clusterId: null,
        isManager: plan.nodes.some((one) => one.name === node && one.role === 'manager'),
        error: '',
      },
    }),
    createNetwork: async (spec) => {
      refusal('network', spec.name);
      lab.calls.push(`network ${key(spec.name)}`);
      lab.networks.set(key(spec.name), { node, spec });
      return spec.name;
    },
    inspectNetwork: async (name) => networkView(name),
    listNetworks: async () =>
      [...lab.networks.values()]
        .flatMap((one) => (one.node === node ? [networkView(one.spec.name)] : []))
        .filter((one) => one !== null),
    removeNetwork: async (name) => {
      const users = [...lab.containers.values()].filter((one) => one.node === node && one.spec.network === name);
      if (users.length > 0) throw new Error(`network ${name} has active endpoints`);
      lab.networks.delete(key(name));
    },
    createContainer: async (spec) => {
      refusal('container', spec.name);
      lab.calls.push(`container ${key(spec.name)}`);
      lab.containers.set(key(spec.name), { node, spec, running: false });
      return key(spec.name);
    },
    startContainer: async (name) => {
      const container = lab.containers.get(key(name));
      if (container === undefined) throw new Error(`no such container ${name}`);
      const joined = /^container:(.*)$/.exec(container.spec.network)?.[1];
      if (joined !== undefined && lab.containers.get(key(joined))?.running !== true)
        throw new Error(`cannot join ${joined}`);
      container.running = true;
    },
    inspectContainer: async (name) => {
      const container = lab.containers.get(key(name));
      return container === undefined ? null : containerView(container, lab);
    },
    listContainers: async () =>
      [...lab.containers.values()].flatMap(({ node: of, spec }) =>
        of === node ? [{ id: spec.name, name: spec.name }] : [],
      ),
    removeContainer: async (name) => {
      lab.containers.delete(key(name));
    },
    hasImage: unused,
    importImage: unused,
    saveImage: unused,
    loadImage: unused,
    pullImage: unused,
    initSwarm: unused,
    joinSwarm: unused,
    leaveSwarm: unused,
    joinTokens: unused,
    listSwarmNodes: unused,
    removeSwarmNode: unused,
  };
}

function builtIn(name: string): NetworkView {
  return {
    id: name,
    name,
    driver: name === 'none' ? 'null' : name,
    scope: 'local',
    options: {},
    labels: {},
    subnets: [],
  };
}

function containerView(
  container: { node: string; spec: ContainerSpec; running: boolean },
  lab: FakeLab,
): ContainerView {
  const { name, network, labels } = container.spec;
  const index = [...lab.containers.values()].indexOf(container as never) + 2;
  const joins = network.startsWith('container:');
  const ip = network === 'host' || network === 'none' || joins ? '' : `10.9.0.${index}`;
  return {
    id: name,
    name,
    running: container.running,
    pid: 1000 + index,
    sandboxKey: joins ? '' : `/var/run/docker/netns/${name}`,
    networkMode: network,
    hostsPath: joins ? '' : `/var/lib/docker/containers/${name}/hosts`,
    resolvConfPath: joins ? '' : `/var/lib/docker/containers/${name}/resolv.conf`,
    labels,
    addresses: joins ? {} : { [network]: { ip, mac: '', gateway: '' } },
  };
}
