import { waitFor } from '../core/deadline.ts';
import { LabError } from '../core/errors.ts';
import { settleAll } from '../core/pool.ts';
import type { Awaiting } from '../core/steps.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import type { EngineInfo, SwarmNodeView } from '../fabric/engine-port.ts';
import type { LabPlan } from '../plan/types.ts';

/** A node of the plan that belongs in the swarm, with its connection. */
export interface SwarmMember {
  name: string;
  role: 'manager' | 'worker';
  address: string;
  connection: NodeConnection;
}

export interface SwarmRequest {
  members: readonly SwarmMember[];
  swarm: LabPlan['swarm'];
  signal: AbortSignal;
  awaiting: Awaiting;
  timeoutMs: number;
}

const overlaySubnetPrefixLength = 24;

/** Every member in one swarm in its role, and Ready; joins what is not in it, and forgets entries of members that came anew. */
export async function ensureSwarm(request: SwarmRequest): Promise<readonly SwarmNodeView[]> {
  const { members, signal } = request;
  const infos = new Map<string, EngineInfo>();
  await settleAll(
    members.map(async (member) => {
      infos.set(member.name, await member.connection.engine.info(signal));
    }),
  );
  refuseSharedAddresses(members);
  const leader = await ensureLeader(request, infos);
  const known = await leader.connection.engine.listSwarmNodes(signal);
  const knownIds = new Set(known.map((node) => node.id));
  const outside = members.filter((member) => {
    const info = infos.get(member.name);
    return member !== leader && !(info?.swarm.state === 'active' && knownIds.has(info.swarm.nodeId));
  });
  if (outside.length > 0) {
    request.awaiting(`${outside.map((member) => member.name).join(', ')} to join`);
    const tokens = await leader.connection.engine.joinTokens(signal);
    // Managers one by one: each join changes the Raft membership.
    for (const member of outside.filter(({ role }) => role === 'manager'))
      await join(member, leader, tokens, request, infos);
    await settleAll(
      outside.filter(({ role }) => role === 'worker').map((member) => join(member, leader, tokens, request, infos)),
    );
  }
  return becomeReady(request, leader);
}

/** Two nodes that advertise one address cannot find each other: every VirtualBox VM has 10.0.2.15 on its NAT interface. */
function refuseSharedAddresses(members: readonly SwarmMember[]): void {
  const seen = new Map<string, string>();
  for (const member of members) {
    const other = seen.get(member.address);
    if (other !== undefined) {
      throw new LabError({
        code: 'swarm.shared-address',
        message: `${other} and ${member.name} both have ${member.address}`,
        hint: 'give each node an address of its own on the segment',
      });
    }
    seen.set(member.address, member.name);
  }
}

async function ensureLeader(request: SwarmRequest, infos: ReadonlyMap<string, EngineInfo>): Promise<SwarmMember> {
  const managers = request.members.filter(({ role }) => role === 'manager');
  const active = managers.find((member) => {
    const swarm = infos.get(member.name)?.swarm;
    return swarm?.state === 'active' && swarm.isManager && swarm.clusterId !== null;
  });
  if (active !== undefined) return active;
  const first = managers[0];
  if (first === undefined)
    throw new LabError({
      code: 'swarm.no-manager',
      message: 'the plan has no manager',
      hint: 'give the lab at least one',
    });
  if (infos.get(first.name)?.swarm.state !== 'inactive') await first.connection.engine.leaveSwarm(request.signal);
  request.awaiting(`${first.name} to form a swarm`);
  await first.connection.engine.initSwarm(
    {
      advertiseAddress: first.address,
      listenAddress: `${first.address}:2377`,
      dataPathAddress: first.address,
      dataPathPort: request.swarm.dataPathPort,
      addressPool: request.swarm.addressPool,
      subnetPrefixLength: overlaySubnetPrefixLength,
    },
    request.signal,
  );
  return first;
}

async function join(
  member: SwarmMember,
  leader: SwarmMember,
  tokens: { manager: string; worker: string },
  request: SwarmRequest,
  infos: ReadonlyMap<string, EngineInfo>,
): Promise<void> {
  const { engine } = member.connection;
  if (infos.get(member.name)?.swarm.state !== 'inactive') await engine.leaveSwarm(request.signal);
  await engine.joinSwarm(
    {
      advertiseAddress: member.address,
      listenAddress: `${member.address}:2377`,
      dataPathAddress: member.address,
      remoteAddresses: [`${leader.address}:2377`],
      joinToken: tokens[member.role],
    },
    request.signal,
  );
}

async function becomeReady(request: SwarmRequest, leader: SwarmMember): Promise<readonly SwarmNodeView[]> {
  const { members, signal } = request;
  const own = new Set<string>();
  for (const member of members) own.add((await member.connection.engine.info(signal)).swarm.nodeId);
  return waitFor(
    { signal, timeoutMs: request.timeoutMs, awaiting: 'all nodes of the swarm to be Ready', pollMs: 50 },
    async () => {
      const nodes = await leader.connection.engine.listSwarmNodes(signal);
      // A member that lost its state and joined anew leaves its old entry behind, Down under the same name.
      const stale = nodes.filter((node) => !own.has(node.id) && node.state === 'down');
      for (const node of stale) await leader.connection.engine.removeSwarmNode(node.id, signal);
      const missing = members.filter(
        (member) => !nodes.some((node) => own.has(node.id) && node.hostname === member.name && node.state === 'ready'),
      );
      if (missing.length === 0) return { value: nodes.filter((node) => own.has(node.id)) };
      const states = missing.map(
        ({ name }) => `${name} is ${nodes.find((node) => node.hostname === name)?.state ?? 'not listed'}`,
      );
      request.awaiting(`the swarm: ${states.join(', ')}`);
      return { pending: states.join(', ') };
    },
  );
}
