import { messageOf } from '../core/errors.ts';
import { settleAll } from '../core/pool.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import type { NodePlan } from '../plan/types.ts';
import { measurePorts } from '../probe/measure-ports.ts';
import type { NetworkStatus, NodeStatus, PortResult, StatusDocument, SwarmStatus } from '../report/documents.ts';
import { swarmPorts } from '../swarm/firewall.ts';
import type { LabContext } from './context.ts';
import { type NodeFacts, nodeFacts, nodeStatus } from './facts.ts';
import { knownFaults } from './known-faults.ts';
import { mergeNetworks } from './networks.ts';
import { connect, type OpenConnections, type OpenLab, openLab } from './open.ts';

/** What hangs is said to hang; a slow machine takes its time. */
const portsTimeoutMs = 60_000;

export async function status(context: LabContext): Promise<StatusDocument> {
  const startedAt = performance.now();
  const lab = await openLab(context);
  await using open = await connectWhatRuns(context, lab);
  const measured = portsOf(context, lab, open).catch((error: unknown) => {
    context.signal.throwIfAborted();
    context.note(`The swarm's ports could not be measured: ${messageOf(error)}`);
    return [];
  });
  // Side by side: the one waits for packets, the other for engines.
  const looked = statusOf(context, lab, open, { schema: 'swarmlab/status@1', ports: [], startedAt });
  const [ports, document] = await Promise.all([measured, looked]);
  return { ...document, ports, durationMs: Math.round(performance.now() - startedAt) };
}

/** Every pair of swarm nodes that can be reached, measured now. */
export async function portsOf(
  context: LabContext,
  lab: OpenLab,
  open: Pick<OpenConnections, 'byMachine'>,
): Promise<readonly PortResult[]> {
  const nodes = lab.plan.nodes.filter(({ role, name }) => role !== 'outsider' && open.byMachine.has(name));
  if (nodes.length < 2) return [];
  return measurePorts({
    connections: open.byMachine,
    nodes,
    ports: swarmPorts(lab.plan.swarm.dataPathPort),
    signal: context.signal,
    timeoutMs: portsTimeoutMs,
  });
}

/** The lab as it is; a machine without a connection is missing. */
export async function statusOf(
  context: LabContext,
  lab: OpenLab,
  open: Pick<OpenConnections, 'byMachine'>,
  about: { schema: StatusDocument['schema']; ports: readonly PortResult[]; startedAt: number },
): Promise<StatusDocument> {
  const { plan } = lab;
  const seen = await settleAll(plan.nodes.map((node) => look(context, node, open.byMachine.get(node.name))));
  return {
    schema: about.schema,
    lab: plan.lab,
    provider: plan.provider,
    nodes: seen.map(({ node }) => node),
    swarm: await swarmStatus(context, open, seen),
    ports: about.ports,
    networks: await networksOf(context, seen, open),
    faults: await knownFaults(context),
    durationMs: Math.round(performance.now() - about.startedAt),
  };
}

interface Seen {
  node: NodeStatus;
  facts: NodeFacts | null;
}

async function look(context: LabContext, node: NodePlan, connection: NodeConnection | undefined): Promise<Seen> {
  const missing: NodeStatus = {
    name: node.name,
    role: node.role,
    address: node.address,
    engine: null,
    kernel: null,
    forwardPolicy: null,
    state: 'missing',
  };
  if (connection === undefined) return { node: missing, facts: null };
  const facts = await nodeFacts(node, connection, context.signal);
  return { node: nodeStatus(node, facts), facts };
}

async function swarmStatus(
  context: LabContext,
  open: Pick<OpenConnections, 'byMachine'>,
  seen: readonly Seen[],
): Promise<SwarmStatus | null> {
  const manager = seen.find(({ facts }) => facts?.engine?.swarm.isManager && facts.engine.swarm.clusterId !== null);
  const id = manager?.facts?.engine?.swarm.clusterId;
  const connection = manager === undefined ? undefined : open.byMachine.get(manager.node.name);
  if (id === undefined || id === null || connection === undefined) return null;
  const own = new Set(seen.map(({ facts }) => facts?.engine?.swarm.nodeId ?? ''));
  const listed = await connection.engine.listSwarmNodes(context.signal).catch(() => []);
  const ready = listed.filter((node) => own.has(node.id) && node.state === 'ready');
  return {
    id,
    managers: ready.filter(({ role }) => role === 'manager').length,
    workers: ready.filter(({ role }) => role === 'worker').length,
  };
}

async function networksOf(
  context: LabContext,
  seen: readonly Seen[],
  open: Pick<OpenConnections, 'byMachine'>,
): Promise<readonly NetworkStatus[]> {
  const listed = await Promise.all(
    seen.map(async ({ node, facts }) => {
      const engine = facts?.engine === null ? undefined : open.byMachine.get(node.name)?.engine;
      const views =
        engine === undefined || facts === null ? [] : await engine.listNetworks(null, context.signal).catch(() => []);
      return { node: node.name, views };
    }),
  );
  return mergeNetworks(listed);
}

/** Connections to the nodes that run; who could not be reached is noted. */
export async function connectWhatRuns(context: LabContext, lab: OpenLab): Promise<OpenConnections> {
  const connections = await Promise.all(
    lab.plan.nodes.map(async ({ name }) => {
      if ((await lab.provider.state(name)) === 'missing') return null;
      return connect(context, lab, name).catch((error: unknown) => {
        context.signal.throwIfAborted();
        context.note(messageOf(error));
        return null;
      });
    }),
  );
  const opened = connections.filter((connection) => connection !== null);
  return {
    byMachine: new Map(opened.map((connection) => [connection.machine, connection])),
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((connection) => connection[Symbol.asyncDispose]()));
    },
  };
}
