import { LabError, messageOf } from '../core/errors.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import type { ContainerView } from '../fabric/engine-port.ts';
import { withLateAttachments } from '../swarm/run-container.ts';
import type { Attachment } from './types.ts';

/** Containers of a service's tasks carry it (moby, daemon/cluster/executor/container/container.go): the swarm looks after those. */
const taskLabel = 'com.docker.swarm.task.id';

/** What engines say of an address that somebody else has got meanwhile, or that a network gives nobody who asks for it. */
const addressRefused = /address already in use|no available .*address|user specified IP address/i;

/**
 * Where running containers of a node are on overlays. An engine that leaves its swarm disconnects them (moby, daemon/network.go,
 * clearAttachableNetworks), and does not connect them again when it comes back.
 */
export async function listAttachments({ engine }: NodeConnection, signal: AbortSignal): Promise<readonly Attachment[]> {
  const networks = await engine.listNetworks(null, signal);
  const overlays = new Set(
    networks.filter(({ driver, scope }) => driver === 'overlay' && scope === 'swarm').map(({ name }) => name),
  );
  const listed = await engine.listContainers(null, signal);
  const views = await Promise.all(listed.map(({ id }) => engine.inspectContainer(id, signal)));
  return views
    .filter((view) => view?.running === true && !(taskLabel in view.labels))
    .flatMap((view) => (view === null ? [] : attachmentsOf(view, overlays)));
}

function attachmentsOf({ id, addresses }: ContainerView, overlays: ReadonlySet<string>): readonly Attachment[] {
  return Object.entries(addresses)
    .filter(([network, { ip }]) => overlays.has(network) && ip !== '')
    .map(([network, { ip, aliases = [] }]) => {
      return { container: id, network, address: ip, aliases: aliases.filter((alias) => !id.startsWith(alias)) };
    });
}

/** All of both, each once; of one that is in both what the second says. */
export function allAttachments(earlier: readonly Attachment[], later: readonly Attachment[]): readonly Attachment[] {
  const key = ({ container, network }: Attachment) => `${container} ${network}`;
  return [...new Map([...earlier, ...later].map((each) => [key(each), each])).values()];
}

/**
 * Connects containers again that run and are not there, with the address that they had, or another where that one is not to be
 * had. Tries each, and throws with those that could not be.
 */
export async function attachAgain(
  connection: NodeConnection,
  attachments: readonly Attachment[],
  signal: AbortSignal,
): Promise<void> {
  const failures: string[] = [];
  for (const attachment of attachments) {
    const view = await connection.engine.inspectContainer(attachment.container, signal);
    if (view === null || !view.running || (view.addresses[attachment.network]?.ip ?? '') !== '') continue;
    try {
      await attach(connection, attachment, signal);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(`${view.name} to ${attachment.network}: ${messageOf(error)}`);
    }
  }
  if (failures.length === 0) return;
  throw new LabError({
    code: 'fault.not-attached',
    message: `on ${connection.machine} containers could not be connected again: ${failures.join('; ')}`,
    hint: 'swarmlab fault clear tries again; by hand it is docker network connect NETWORK CONTAINER there',
  });
}

async function attach(
  { work }: NodeConnection,
  { container, network, address, aliases }: Attachment,
  signal: AbortSignal,
): Promise<void> {
  const late = (ip: string | null) =>
    withLateAttachments(
      () => work.connectContainer(network, container, { aliases, ...(ip === null ? {} : { ip }) }, signal),
      async () => undefined,
      signal,
    );
  await late(address).catch((error: unknown) => {
    signal.throwIfAborted();
    if (!addressRefused.test(messageOf(error))) throw error;
    return late(null);
  });
}
