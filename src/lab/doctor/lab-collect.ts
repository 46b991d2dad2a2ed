import { settleAll } from '../../core/pool.ts';
import { engineNodes } from '../../plan/plan-lab.ts';
import type { LabContext } from '../context.ts';
import { type NodeFacts, nodeFacts, nodeStatus } from '../facts.ts';
import type { OpenConnections, OpenLab } from '../open.ts';
import { connectWhatRuns, portsOf } from '../status.ts';
import type { LabFacts, MembershipFact } from './lab-facts.ts';
import { askNodeHealth, type NodeHealth } from './node-health.ts';

/** Files of this machine; a port. */
export interface OwnFiles {
  readText(file: string): Promise<string | null>;
}

/** Asks every node that can be reached, and the managers for the swarm; a node that cannot be reached is missing. */
export async function collectLabFacts(context: LabContext, lab: OpenLab, files: OwnFiles): Promise<LabFacts> {
  const { plan } = lab;
  const { signal } = context;
  await using open = await connectWhatRuns(context, lab);
  const connections = [...open.byMachine.values()];
  const [seen, health, ports] = await settleAll<unknown>([
    settleAll(
      plan.nodes.map(async (node) => {
        const connection = open.byMachine.get(node.name);
        return { node, facts: connection === undefined ? null : await nodeFacts(node, connection, signal) };
      }),
    ),
    settleAll(connections.map((connection) => askNodeHealth(connection, signal))),
    portsOf(context, lab, open).catch(() => {
      signal.throwIfAborted();
      return null;
    }),
  ]).then((all) => all as [SeenNode[], NodeHealth[], LabFacts['ports']]);
  const engines = new Set(engineNodes(plan).map(({ name }) => name));
  const memberships = seen.flatMap(({ node, facts }): MembershipFact[] => {
    const swarm = engines.has(node.name) ? facts?.engine?.swarm : undefined;
    return swarm === undefined ? [] : [{ node: node.name, ...swarm }];
  });
  const isShared = plan.provider === 'netns';
  return {
    lab: plan.lab,
    nodes: seen.map(({ node, facts }) => ({
      name: node.name,
      role: node.role,
      state: facts === null ? 'missing' : nodeStatus(node, facts).state,
      engine: facts?.engine?.version ?? null,
    })),
    wantsSwarm: plan.engines?.swarm !== false,
    memberships,
    members: await membersOf(context, open, seen),
    ports,
    health,
    sharedNeighbours: isShared ? await ownNeighbours(files) : null,
  };
}

interface SeenNode {
  node: OpenLab['plan']['nodes'][number];
  facts: NodeFacts | null;
}

/** The first manager's list that comes; null when none answers. */
async function membersOf(
  { signal }: LabContext,
  open: OpenConnections,
  seen: readonly SeenNode[],
): Promise<LabFacts['members']> {
  for (const { node, facts } of seen) {
    const connection = open.byMachine.get(node.name);
    if (connection === undefined || facts?.engine?.swarm.isManager !== true) continue;
    const listed = await connection.engine.listSwarmNodes(signal).catch(() => null);
    signal.throwIfAborted();
    if (listed !== null) return listed;
  }
  return null;
}

/** As node-health.sh reads it, of this machine: nodes that are namespaces of it have no files of their own for that. */
async function ownNeighbours(files: OwnFiles): Promise<NodeHealth['neighbours']> {
  const [table, limit] = await Promise.all([
    files.readText('/proc/net/stat/arp_cache'),
    files.readText('/proc/sys/net/ipv4/neigh/default/gc_thresh3'),
  ]);
  const entries = Number.parseInt(table?.split('\n')[1]?.trim().split(/\s+/)[0] ?? '', 16);
  return limit === null || Number.isNaN(entries) ? null : { entries, limit: Number(limit) };
}
