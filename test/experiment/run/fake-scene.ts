import { Buffer } from 'node:buffer';
import { createAllotment } from '../../../src/experiment/build/allot.ts';
import type { Bench } from '../../../src/experiment/build/bench.ts';
import { letterNodes } from '../../../src/experiment/build/letters.ts';
import type { Scene } from '../../../src/experiment/build/scene.ts';
import type { CheckDefinition } from '../../../src/experiment/language/definition.ts';
import { parseExperiment } from '../../../src/experiment/language/parse.ts';
import type { NodeConnection } from '../../../src/fabric/connection.ts';
import type {
  ContainerView,
  Engine,
  EngineInfo,
  EngineWork,
  NetworkView,
  SwarmNodeView,
  TaskView,
} from '../../../src/fabric/engine-port.ts';
import { labPlan } from '../lab-fixture.ts';

/** A lab in memory: tests say what its engines and machines answer, and read what they were asked to do. */
export interface FakeScene {
  scene: Scene;
  /** By name; what is not there its engine does not know. */
  views: Map<string, ContainerView>;
  networks: Map<string, NetworkView>;
  tasks: Map<string, TaskView[]>;
  swarmNodes: SwarmNodeView[];
  /** What changed something, as `m1 startContainer web`. */
  done: string[];
  /** By the beginning of the command: what it prints. Anything else fails. */
  says: Map<string, string | (() => string)>;
  /** By `m1 startContainer web`: what the engine answers instead of doing it. */
  refusals: Map<string, Error>;
}

const plan = labPlan({ workers: 2 });

/** The experiment of a YAML text as it stands before its first step. */
export function fakeScene(yaml: string): FakeScene {
  const experiment = parseExperiment(yaml, 'test.yaml');
  const nodes = letterNodes(plan);
  const fake: Omit<FakeScene, 'scene'> = {
    views: new Map(),
    networks: new Map(),
    tasks: new Map(),
    swarmNodes: plan.nodes.flatMap(({ name, role, address }) =>
      role === 'outsider' ? [] : [swarmNode(name, { role, address })],
    ),
    done: [],
    says: new Map(),
    refusals: new Map(),
  };
  const connections = new Map([...plan.nodes, plan.world].map(({ name }) => [name, connection(name, fake)]));
  const bench: Bench = {
    plan,
    connections,
    image: 'swarmlab:test',
    nodes,
    outsider: plan.nodes.find(({ role }) => role === 'outsider') ?? null,
    facts: new Map(
      [...nodes.values()].map(({ name }) => [
        name,
        { engineVersion: '20.10.24', kernel: '6.1.0', forwardPolicy: 'DROP' },
      ]),
    ),
    pools: new Map(),
    parentOf: async () => 'eth1',
  };
  const scene: Scene = {
    experiment,
    bench,
    allotment: createAllotment(),
    numbers: new Map(),
    containers: new Map(
      experiment.containers.map((definition) => {
        const node = nodes.get(definition.node)?.name ?? '';
        const { name, atStart } = definition;
        return [name, { name, node, definition, view: null, meantToBeDown: !atStart, addresses: {} }];
      }),
    ),
    services: new Map(
      experiment.services.map((definition) => [
        definition.name,
        { definition, tasks: [], taskViews: [], virtualAddresses: {} },
      ]),
    ),
    firstAddresses: new Map(),
    faults: new Set(),
    routes: [],
    unsettled: false,
    notes: [],
    signal: new AbortController().signal,
    awaiting: () => undefined,
  };
  return { scene, ...fake };
}

/** The only check of a YAML text's first step, and its scene. */
export function firstCheck({ scene }: Pick<FakeScene, 'scene'>): CheckDefinition {
  const action = scene.experiment.steps[0]?.action;
  const check = action?.kind === 'check' ? action.checks[0] : undefined;
  if (check === undefined) throw new Error('the first step of the test is no check');
  return check;
}

/** Puts a running container, or what is given of it, where its engine and the scene have it. */
export function stands(fake: FakeScene, name: string, of: Partial<ContainerView> = {}): void {
  const view: ContainerView = {
    id: `id-${name}`,
    name,
    running: true,
    pid: 4711,
    sandboxKey: `/run/netns/${name}`,
    networkMode: 'red',
    hostsPath: `/hosts/${name}`,
    resolvConfPath: `/resolv/${name}`,
    labels: {},
    addresses: {},
    ...of,
  };
  fake.views.set(name, view);
  const actor = fake.scene.containers.get(name);
  if (actor === undefined) return;
  actor.view = view;
  actor.addresses = Object.fromEntries(Object.entries(view.addresses).map(([network, { ip }]) => [network, ip]));
}

export function swarmNode(hostname: string, of: Partial<SwarmNodeView> = {}): SwarmNodeView {
  const role = of.role ?? 'worker';
  return {
    id: `id-${hostname}`,
    hostname,
    role,
    state: 'ready',
    availability: 'active',
    address: '',
    labels: {},
    manager: role === 'manager' ? 'leader' : null,
    ...of,
  };
}

function connection(machine: string, fake: Omit<FakeScene, 'scene'>): NodeConnection {
  const unused = () => Promise.reject(new Error('not of this test'));
  const does = async (what: string) => {
    const refusal = fake.refusals.get(`${machine} ${what}`);
    if (refusal !== undefined) throw refusal;
    fake.done.push(`${machine} ${what}`);
  };
  // What this machine's engine lists no more.
  const gone = new Set<string>();
  const removes = async (kind: 'Container' | 'Network', id: string) => {
    await does(`remove${kind} ${id}`);
    gone.add(id);
  };
  const engine: Partial<Engine> = {
    info: async () => info(machine, fake),
    inspectContainer: async (name) => fake.views.get(name) ?? null,
    inspectNetwork: async (name) => fake.networks.get(name) ?? null,
    createNetwork: async ({ name }) => does(`createNetwork ${name}`).then(() => name),
    createContainer: async ({ name }) => does(`createContainer ${name}`).then(() => name),
    startContainer: async (name) => does(`startContainer ${name}`),
    removeContainer: async (name) => removes('Container', name),
    removeNetwork: async (name) => removes('Network', name),
    leaveSwarm: async () => does('leaveSwarm'),
    listContainers: async () =>
      [...fake.views.values()].filter(({ id }) => !gone.has(id)).map(({ id, name }) => ({ id, name })),
    listNetworks: async () => [...fake.networks.values()].filter(({ id }) => !gone.has(id)),
    listSwarmNodes: async () => fake.swarmNodes,
    removeSwarmNode: async (id) => {
      await does(`removeSwarmNode ${id}`);
      fake.swarmNodes.splice(0, Infinity, ...fake.swarmNodes.filter((node) => node.id !== id));
    },
  };
  const work: Partial<EngineWork> = {
    connectContainer: async (network, name) => does(`connectContainer ${network} ${name}`),
    disconnectContainer: async (network, name) => does(`disconnectContainer ${network} ${name}`),
    stopContainer: async (name) => does(`stopContainer ${name}`),
    restartContainer: async (name) => does(`restartContainer ${name}`),
    containerLogs: async (name) => said(fake, `logs ${name}`) ?? '',
    listServices: async () => [],
    inspectService: async () => null,
    scaleService: async (name, replicas) => does(`scaleService ${name} ${replicas}`),
    listTasks: async (name) => fake.tasks.get(name) ?? [],
    updateSwarmNode: async (id, change) => does(`updateSwarmNode ${id} ${JSON.stringify(change)}`),
  };
  return {
    machine,
    exec: async (argv) => {
      const text = said(fake, argv.join(' '));
      if (text === null) return { exitStatus: 1, stdout: Buffer.from(''), stderr: 'not of this test' };
      return { exitStatus: 0, stdout: Buffer.from(text), stderr: '' };
    },
    spawn: unused,
    openShell: unused,
    upload: unused,
    openUnixSocket: unused,
    engine: whole(engine),
    work: whole(work),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function info(machine: string, { swarmNodes }: Pick<FakeScene, 'swarmNodes'>): EngineInfo {
  const isManager = plan.nodes.some(({ name, role }) => name === machine && role === 'manager');
  const nodeId = swarmNodes.find(({ hostname }) => hostname === machine)?.id ?? '';
  return {
    version: '20.10.24',
    kernel: '6.1.0',
    operatingSystem: 'Debian',
    cgroupVersion: '2',
    swarm: { state: 'active', nodeId, nodeAddress: '', clusterId: isManager ? 'c' : null, isManager, error: '' },
  };
}

function said({ says }: Pick<FakeScene, 'says'>, command: string): string | null {
  for (const [begin, text] of says) if (command.startsWith(begin)) return typeof text === 'string' ? text : text();
  return null;
}

/** What a test did not foresee rejects, and says so. */
function whole<T extends object>(part: Partial<T>): T {
  return new Proxy(part, {
    get: (of, name) =>
      (of as Record<string | symbol, unknown>)[name] ??
      (() => Promise.reject(new Error(`${String(name)}: not of this test`))),
  }) as T;
}
