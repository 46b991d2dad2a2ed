import { waitFor } from '../core/deadline.ts';
import { messageOf } from '../core/errors.ts';
import { provisionText } from '../core/provision.ts';
import { ensureSwarm } from '../swarm/form.ts';
import { swarmMembers } from '../swarm/members.ts';
import { allAttachments, attachAgain, listAttachments } from './attachments.ts';
import { connectionTo, exec, type Ground, notDone, runScript } from './ground.ts';
import type { Change } from './types.ts';

const engineTimeoutMs = 60_000;
const swarmTimeoutMs = 60_000;

export async function engineState(ground: Ground, node: string, action: string): Promise<string> {
  const script = await provisionText('engine-state.sh');
  const { exitStatus, stdout, stderr } = await exec(ground, node, ['sh', '-s', '--', action], script);
  if (exitStatus === 0) return stdout.toString();
  throw notDone(node, stderr.trim() || `exit status ${exitStatus}`);
}

/** The engine runs and answers again, and so do the containers that ran. */
export async function bringBack(ground: Ground, node: string, containers: readonly string[]): Promise<void> {
  const { signal, awaiting } = ground;
  await engineState(ground, node, 'resume');
  await ground.tampering.startEngine(node);
  const { engine } = connectionTo(ground, node);
  awaiting(`the engine of ${node}`);
  const wait = { signal, timeoutMs: engineTimeoutMs, pollMs: 200 };
  await waitFor({ ...wait, awaiting: `the engine of ${node} to answer` }, () =>
    engine.info(signal).then(
      () => ({ value: null }),
      (error: unknown) => {
        signal.throwIfAborted();
        return { pending: messageOf(error) };
      },
    ),
  );
  awaiting(`the containers of ${node}`);
  // An overlay is there once the engine has found its swarm again.
  await waitFor({ ...wait, awaiting: `the containers of ${node} to run again` }, async () => {
    const failures = await Promise.all(
      containers.map(async (id) => {
        const view = await engine.inspectContainer(id, signal);
        if (view === null || view.running) return [];
        return engine.startContainer(id, signal).then(
          () => [],
          (error: unknown) => [messageOf(error)],
        );
      }),
    );
    signal.throwIfAborted();
    const [pending] = failures.flat();
    return pending === undefined ? { value: null } : { pending };
  });
}

/** Machines with tables of their own get the limit each; what they had is what the kernel begins with, or `sysctl.d` says. */
export async function limitNeighbours(ground: Ground, entries: number | null): Promise<void> {
  if (await ground.tampering.limitNeighbours(entries)) return;
  const kept = '/run/swarmlab-neighbours';
  const script =
    entries === null
      ? `[ ! -f ${kept} ] || { sysctl -q -p ${kept} && rm ${kept}; }`
      : `[ -f ${kept} ] || sysctl net.ipv4.neigh.default.gc_thresh1 net.ipv4.neigh.default.gc_thresh2 net.ipv4.neigh.default.gc_thresh3 >${kept}
for each in 1 2 3; do sysctl -q -w net.ipv4.neigh.default.gc_thresh$each=${entries} || exit 1; done`;
  await Promise.all(ground.plan.nodes.map(({ name }) => runScript(ground, { place: 'node', node: name }, script)));
}

/** Whether every table is that small; null where nobody says. */
export async function neighboursLimited(ground: Ground, entries: number): Promise<boolean | null> {
  const common = await ground.tampering.neighbourLimit();
  if (common !== null) return common <= entries;
  const script = 'cat /proc/sys/net/ipv4/neigh/default/gc_thresh3 2>/dev/null || :';
  const said = await Promise.all(
    ground.plan.nodes.map(({ name }) => runScript(ground, { place: 'node', node: name }, script)),
  );
  return said.some((text) => text.trim() === '') ? null : said.every((text) => Number(text) <= entries);
}

/**
 * Leaves the swarm and comes back under that address, which disconnects containers from overlays; null: under its own, and those
 * that were on overlays, as recorded or as they are now, are there again afterwards.
 */
export async function advertise(
  ground: Ground,
  { node, attached }: Pick<Extract<Change, { kind: 'membership' }>, 'node' | 'attached'>,
  address: string | null,
): Promise<void> {
  const { plan, signal, awaiting } = ground;
  const members = swarmMembers(plan, ground.connections);
  const own = members.find(({ name }) => name === node);
  const leader = members.find(({ role }) => role === 'manager');
  if (own === undefined || leader === undefined) throw new Error(`${node} is no member of the swarm`);
  const { engine } = own.connection;
  const { swarm } = await engine.info(signal);
  if (address === null && swarm.state === 'active' && swarm.nodeAddress === own.address)
    return attachAgain(own.connection, attached, signal);
  const all = allAttachments(attached, await listAttachments(own.connection, signal));
  awaiting(`${node} to leave the swarm and to come back`);
  if (swarm.state !== 'inactive') {
    await engine.leaveSwarm(signal);
    // The entry that it leaves would look alive for some seconds, and would stay for good.
    await leader.connection.engine.removeSwarmNode(swarm.nodeId, signal);
  }
  if (address === null) {
    await ensureSwarm({ members, swarm: plan.swarm, signal, awaiting, timeoutMs: swarmTimeoutMs });
    if (all.length > 0) awaiting(`the containers of ${node} to be on their overlays again`);
    return attachAgain(own.connection, all, signal);
  }
  // Containers are left where they are: the swarm gives none of them a place on an overlay under such an address (engine 20.10:
  // "attaching to network failed"), and a node with tries under way takes long to leave again.
  const { worker: joinToken } = await leader.connection.engine.joinTokens(signal);
  await engine.joinSwarm(
    {
      advertiseAddress: address,
      listenAddress: `${own.address}:2377`,
      dataPathAddress: address,
      remoteAddresses: [`${leader.address}:2377`],
      joinToken,
    },
    signal,
  );
}

export async function setClock(ground: Ground, node: string, skewMs: number): Promise<void> {
  const { exitStatus, stderr } = await exec(ground, node, [
    'date',
    '-u',
    '-s',
    `@${((Date.now() + skewMs) / 1000).toFixed(3)}`,
  ]);
  if (exitStatus !== 0) throw notDone(node, stderr.trim());
}

export async function clockOffMs(ground: Ground, node: string): Promise<number> {
  const { stdout } = await exec(ground, node, ['date', '+%s']);
  return Number(stdout.toString()) * 1000 - Date.now();
}
