import { timeLimit, waitFor } from '../core/deadline.ts';
import { LabError, messageOf } from '../core/errors.ts';
import { settleAll } from '../core/pool.ts';
import type { Awaiting } from '../core/steps.ts';
import type { Connections, NodeConnection } from '../fabric/connection.ts';
import { overlaySubnet } from '../plan/experiment-addresses.ts';
import type { LabPlan } from '../plan/types.ts';
import { runProbes } from '../probe/run-probes.ts';
import type { Place, Probe } from '../probe/types.ts';
import type { SwarmMember } from '../swarm/form.ts';
import { runContainer } from '../swarm/run-container.ts';

const network = 'swarmlab-ready';
const label = 'swarmlab.ready';
const readyTimeoutMs = 60_000;
const roundTimeoutMs = 20_000;
const sweepTimeoutMs = 30_000;
const interruptedSweepMs = 1_000;

export interface CrossNodeRequest {
  plan: LabPlan;
  members: readonly SwarmMember[];
  connections: Connections;
  image: string;
  signal: AbortSignal;
  awaiting: Awaiting;
}

/**
 * Waits until, over an attachable overlay, every member's container has resolved every other's name and got an answer
 * from it. `docker node ls` says Ready long before that, and also when the data path is shut.
 */
export async function seeNamesAndPacketsCross(request: CrossNodeRequest): Promise<void> {
  const { members, signal } = request;
  const leader = members.find(({ role }) => role === 'manager');
  if (leader === undefined || members.length < 2) return;
  await sweep(members, leader.connection, signal);
  try {
    await leader.connection.engine.createNetwork(
      {
        name: network,
        driver: 'overlay',
        ipam: overlaySubnet(request.plan, 1),
        options: {},
        attachable: true,
        scope: 'swarm',
        labels: { [label]: request.plan.lab },
      },
      signal,
    );
    const places = await settleAll(members.map((member) => startContainer(request, member)));
    await waitUntilAllReach(request, places);
  } finally {
    // Bounded, and also after an interruption: what stays would be swept by the next run.
    await sweep(members, leader.connection, timeLimit(signal.aborted ? interruptedSweepMs : sweepTimeoutMs)).catch(
      () => undefined,
    );
  }
}

async function startContainer(request: CrossNodeRequest, member: SwarmMember): Promise<Place> {
  const { engine } = member.connection;
  const { signal } = request;
  const name = containerOf(member);
  const labels = { [label]: request.plan.lab };
  const { image } = request;
  await runContainer(engine, { name, image, command: ['tail', '-f', '/dev/null'], network, labels }, signal);
  const container = await engine.inspectContainer(name, signal);
  if (container === null || !container.running) {
    throw new LabError({
      code: 'swarm.container-ended',
      message: `the container that tries the swarm out on ${member.name} ended at once`,
      hint: `swarmlab exec ${member.name} docker run --rm ${request.image} true shows why`,
    });
  }
  return {
    id: member.name,
    machine: member.name,
    namespacePath: container.sandboxKey,
    hostsPath: container.hostsPath,
    resolvConfPath: container.resolvConfPath,
  };
}

async function waitUntilAllReach(request: CrossNodeRequest, places: readonly Place[]): Promise<void> {
  const { members, connections, signal } = request;
  const pairs = members.flatMap((from) => members.filter((to) => to !== from).map((to) => ({ from, to })));
  const probes = pairs.map(
    ({ from, to }, id): Probe => ({
      id,
      from: from.name,
      to: to.name,
      aim: { by: 'name', name: containerOf(to) },
      protocol: 'icmp',
      port: null,
    }),
  );
  await waitFor(
    {
      signal,
      timeoutMs: readyTimeoutMs,
      awaiting: 'names and packets to cross nodes',
      pollMs: 100,
      hint: `swarmlab ports measures the swarm's ports; names need 7946 tcp and udp, packets ${request.plan.swarm.dataPathPort}/udp`,
    },
    async () => {
      const timings = { attemptTimeoutsMs: [500], nameTimeoutMs: 1_000 };
      const run = await runProbes({ connections, places, probes, timings, signal, timeoutMs: roundTimeoutMs });
      const missing = probes.flatMap((probe) => {
        const seen = run.observations.get(probe.id);
        return seen?.outcome === 'reached'
          ? []
          : [`${probe.from} to ${probe.to}: ${seen?.outcome ?? 'not measured'} ${seen?.detail ?? ''}`.trim()];
      });
      const [first] = missing;
      if (first === undefined) return { value: null };
      const pending = missing.length === 1 ? first : `${first} (and ${missing.length - 1} more)`;
      request.awaiting(`names and packets to cross nodes: ${pending}`);
      return { pending };
    },
  );
}

function containerOf(member: SwarmMember): string {
  return `swarmlab-ready-${member.name}`;
}

async function sweep(members: readonly SwarmMember[], leader: NodeConnection, signal: AbortSignal): Promise<void> {
  await settleAll(
    members.map(async ({ connection: { engine } }) => {
      const left = await engine.listContainers(label, signal);
      await settleAll(left.map(({ id }) => engine.removeContainer(id, signal)));
    }),
  );
  for (const { id, name } of await leader.engine.listNetworks(label, signal)) {
    await waitFor(
      { signal, timeoutMs: sweepTimeoutMs, awaiting: `network ${name} to be let go`, pollMs: 200 },
      // It stays in use until the managers have heard that its tasks are gone.
      () =>
        leader.engine.removeNetwork(id, signal).then(
          () => ({ value: null }),
          (error: unknown) => {
            signal.throwIfAborted();
            return { pending: messageOf(error) };
          },
        ),
    );
    await waitUntilForgotten(members, name, signal);
  }
}

/** An overlay's removal reaches the other nodes a little later; until then they would still show it. */
async function waitUntilForgotten(members: readonly SwarmMember[], name: string, signal: AbortSignal): Promise<void> {
  await waitFor(
    { signal, timeoutMs: sweepTimeoutMs, awaiting: `the nodes to forget network ${name}`, pollMs: 200 },
    async () => {
      const showing = await settleAll(
        members.map(async ({ name: node, connection: { engine } }) =>
          (await engine.listNetworks(null, signal)).some((one) => one.name === name) ? node : null,
        ),
      );
      const [first] = showing.filter((node) => node !== null);
      return first === undefined ? { value: null } : { pending: `${first} still shows it` };
    },
  );
}
