import { createCountdown } from '../../core/countdown.ts';
import { raceSignal } from '../../core/deadline.ts';
import { LabError, messageOf } from '../../core/errors.ts';
import { createPatience } from '../../core/patience.ts';
import { settleAll } from '../../core/pool.ts';
import type { NodeConnection } from '../../fabric/connection.ts';
import type { EngineInfo } from '../../fabric/engine-port.ts';
import { labelledNetworks, removeContainers, removeNetworks } from '../removal.ts';
import { type Bench, connectionTo } from './bench.ts';
import { labelFilter } from './labels.ts';

/** For so long nothing of it may have come about: a network whose ends are told of late takes a minute, a swarm that heals two. */
const undoQuietMs = 180_000;
/** After Ctrl-C; what is then still there carries the label, and the next run or `down` removes it. */
const undoAfterAbortMs = 1_500;

/** What an undoing tells whoever waits for it. */
export interface Undoing {
  awaiting(what: string): void;
  /** Something of it is done. */
  progressed(): void;
}

/**
 * Removes services, containers and networks of one experiment, or of all where `id` is null: what carries the label, nothing
 * else, on every node whose engine answers. What cannot be removed keeps nothing else from being so; throws with the first of it.
 */
export async function removeMade(
  bench: Bench,
  id: string | null,
  signal: AbortSignal,
  { awaiting, progressed }: Undoing,
): Promise<void> {
  const label = labelFilter(id);
  const failures = await attemptEach(signal, async (attempt) => {
    const engines = await answering(bench, attempt, signal);
    const manager = managerAmong(engines);
    if (manager !== null) {
      await attempt(async () => {
        const services = await manager.work.listServices(label, signal);
        await settleAll(services.map(({ id: service }) => manager.work.removeService(service, signal)));
      });
    }
    const places = engines.map(({ node: { machine, engine }, info }) => {
      return { node: machine, engine, label, isManager: info.swarm.isManager, pool: bench.pools.get(machine) };
    });
    const listed = await Promise.all(places.map(({ engine }) => engine.listContainers(label, signal).catch(() => [])));
    const total = listed.flat().length;
    if (total > 0) awaiting(`${total} containers to be removed`);
    const count = createCountdown('containers to be removed', total, awaiting);
    const removed = () => {
      progressed();
      count();
    };
    await Promise.all(places.map((place) => attempt(() => removeContainers({ ...place, removed }, signal))));
    await Promise.all(places.map((place) => attempt(() => removeNetworks(place, signal))));
  });
  throwFirst(failures);
}

/** How many services, containers and networks of an experiment there are, or of all where `id` is null. */
export async function countMade(bench: Bench, id: string | null, signal: AbortSignal): Promise<number> {
  const label = labelFilter(id);
  const engines = await answering(bench, (work) => work(), signal);
  const manager = managerAmong(engines);
  const services = manager === null ? [] : await manager.work.listServices(label, signal);
  const perNode = await settleAll(
    engines.map(async ({ node: { engine } }) => {
      const containers = await engine.listContainers(label, signal);
      return containers.length + (await labelledNetworks(engine, label, signal)).length;
    }),
  );
  return perNode.reduce((sum, count) => sum + count, services.length);
}

/** Does one part; what it throws is kept, unless the signal aborted. */
type Attempt = (part: () => Promise<void>) => Promise<void>;

/** Parts of an undoing of which none is left out because another failed; what they threw. Throws only when interrupted. */
export async function attemptEach(
  signal: AbortSignal,
  work: (attempt: Attempt) => Promise<void>,
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  await work(async (part) => {
    try {
      await part();
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
    }
  });
  return failures;
}

/** The first of several failures, with the others in its words. */
export function throwFirst(failures: readonly unknown[]): void {
  const [first, ...others] = failures;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  throw new LabError({
    code: first instanceof LabError ? first.code : 'run.failed',
    message: failures.map(messageOf).join('; '),
    ...(first instanceof LabError && first.hint !== undefined ? { hint: first.hint } : {}),
  });
}

interface Answering {
  node: NodeConnection;
  info: EngineInfo;
}

async function answering(bench: Bench, attempt: Attempt, signal: AbortSignal): Promise<readonly Answering[]> {
  const found: Answering[] = [];
  await Promise.all(
    [...bench.nodes.values()].map(({ name }) =>
      attempt(async () => {
        const node = connectionTo(bench, name);
        found.push({ node, info: await node.engine.info(signal) });
      }),
    ),
  );
  return found;
}

function managerAmong(engines: readonly Answering[]): NodeConnection | null {
  return engines.find(({ info }) => info.swarm.isManager && info.swarm.clusterId !== null)?.node ?? null;
}

/**
 * Does `work` although the run may have been interrupted, then only for a moment; null when it ended well, else what failed.
 * It may take as long as it goes on: `progressed` is to be called whenever something of it is done.
 */
export async function undoBounded(
  what: string,
  runSignal: AbortSignal,
  work: (signal: AbortSignal, progressed: () => void) => Promise<void>,
): Promise<string | null> {
  const fresh = new AbortController();
  const hurry = () => setTimeout(() => fresh.abort(new Error('interrupted')), undoAfterAbortMs).unref();
  if (runSignal.aborted) hurry();
  else runSignal.addEventListener('abort', hurry, { once: true });
  using limit = createPatience({ signal: fresh.signal, quietMs: undoQuietMs, awaiting: `${what} to be undone` });
  try {
    await raceSignal(work(limit.signal, limit.progressed), limit.signal);
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    runSignal.removeEventListener('abort', hurry);
  }
}
