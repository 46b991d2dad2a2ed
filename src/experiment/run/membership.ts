import { waitFor } from '../../core/deadline.ts';
import { LabError } from '../../core/errors.ts';
import type { SwarmNodeView } from '../../fabric/engine-port.ts';
import { ensureSwarm } from '../../swarm/form.ts';
import { swarmMembers } from '../../swarm/members.ts';
import { type Bench, connectionTo } from '../build/bench.ts';

const joinTimeoutMs = 60_000;
const leaderTimeoutMs = 60_000;

/** The entry of a node that is a member now; entries that a node left behind have its name too, and are Down. */
export function memberOf(nodes: readonly SwarmNodeView[], hostname: string): SwarmNodeView | null {
  const named = nodes.filter((node) => node.hostname === hostname);
  return named.find(({ state }) => state === 'ready') ?? named[0] ?? null;
}

export async function swarmNode(
  bench: Bench,
  manager: string,
  node: string,
  signal: AbortSignal,
): Promise<SwarmNodeView> {
  const found = memberOf(await connectionTo(bench, manager).engine.listSwarmNodes(signal), node);
  if (found !== null) return found;
  throw new LabError({
    code: 'run.no-member',
    message: `${node} is no member of the swarm`,
    hint: 'let it join first',
  });
}

/** Back in the swarm in its planned role, by whoever manages it now; the entry that it left behind is removed. */
export async function joinAgain(
  bench: Bench,
  node: string,
  signal: AbortSignal,
  awaiting: (what: string) => void,
): Promise<void> {
  const members = swarmMembers(bench.plan, bench.connections);
  const infos = await Promise.all(
    members.map(async (member) => ({ member, info: await member.connection.engine.info(signal) })),
  );
  const inside = infos
    .filter(({ member, info }) => member.name === node || info.swarm.state === 'active')
    .map(({ member }) => member);
  await ensureSwarm({ members: inside, swarm: bench.plan.swarm, signal, awaiting, timeoutMs: joinTimeoutMs });
}

/** The swarm as it is planned: every member in it, in its role, active. Does nothing, in one call or two, where it is so. */
export async function restoreMembership(
  bench: Bench,
  signal: AbortSignal,
  awaiting: (what: string) => void,
): Promise<void> {
  const members = swarmMembers(bench.plan, bench.connections);
  const manager = await awaitManager(bench, signal);
  if (manager === null) return;
  const engine = connectionTo(bench, manager).engine;
  const listed = await engine.listSwarmNodes(signal);
  const ready = (name: string) => memberOf(listed, name)?.state === 'ready';
  if (!members.every(({ name }) => ready(name)) || listed.length > members.length) {
    const present = await ensureSwarm({ members, swarm: bench.plan.swarm, signal, awaiting, timeoutMs: joinTimeoutMs });
    await forgetLeavers(bench, manager, present, signal);
  }
  for (const { name, role } of members) {
    const seen = await swarmNode(bench, manager, name, signal);
    if (seen.role === role && seen.availability === 'active') continue;
    await connectionTo(bench, manager).work.updateSwarmNode(seen.id, { role, availability: 'active' }, signal);
  }
}

/**
 * Entries of members under an identity that they gave up. For some seconds such a one still looks alive, and all the while
 * the tasks that it had hold on to their networks.
 */
async function forgetLeavers(
  bench: Bench,
  manager: string,
  present: readonly SwarmNodeView[],
  signal: AbortSignal,
): Promise<void> {
  const { engine, work } = connectionTo(bench, manager);
  const ids = new Set(present.map(({ id }) => id));
  const names = new Set(present.map(({ hostname }) => hostname));
  for (const { id, hostname, role } of await engine.listSwarmNodes(signal)) {
    if (ids.has(id) || !names.has(hostname)) continue;
    // The swarm removes no manager.
    if (role === 'manager') await work.updateSwarmNode(id, { role: 'worker' }, signal);
    await engine.removeSwarmNode(id, signal);
  }
}

/** A manager whose swarm has a leader; null where no engine is in a swarm. */
async function awaitManager(bench: Bench, signal: AbortSignal): Promise<string | null> {
  return waitFor(
    { signal, timeoutMs: leaderTimeoutMs, awaiting: 'the swarm to have a leader', pollMs: 300 },
    async () => {
      let inSwarm = false;
      for (const { name } of bench.nodes.values()) {
        const { swarm } = await connectionTo(bench, name).engine.info(signal);
        if (swarm.state === 'inactive') continue;
        inSwarm = true;
        if (!swarm.isManager) continue;
        const answers = await connectionTo(bench, name)
          .engine.listSwarmNodes(signal)
          .then(
            () => true,
            () => false,
          );
        signal.throwIfAborted();
        if (answers) return { value: name };
      }
      return inSwarm ? { pending: 'no manager answers for it' } : { value: null };
    },
  );
}
