import { raceSignal, waitFor } from '../core/deadline.ts';
import { LabError, messageOf } from '../core/errors.ts';
import { settleAll } from '../core/pool.ts';
import type { Awaiting } from '../core/steps.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import type { Provider } from '../provider/provider.ts';

const engineTimeoutMs = 90_000;
/** An engine writes its process id before it does anything else; one that is not there after this has ended. */
const startTimeoutMs = 15_000;

/** Engine versions whose DNS is broken: what they make of names says nothing about Docker's networks. */
export const refusedVersions: readonly string[] = ['29.0.0', '29.1.0'];

/** Waits until every engine answers its API; one that has ended is an error that says what it said last. */
export async function awaitEngines(
  provider: Provider,
  nodes: readonly NodeConnection[],
  signal: AbortSignal,
  awaiting: Awaiting,
): Promise<void> {
  const silent = new Set(nodes.map(({ machine }) => machine));
  const show = () => awaiting(`the engines of ${[...silent].join(', ')}`);
  show();
  await settleAll(
    nodes.map(async (node) => {
      const version = await awaitEngine(provider, node, signal);
      if (refusedVersions.includes(version)) throw refused(node.machine, version);
      silent.delete(node.machine);
      if (silent.size > 0) show();
    }),
  );
}

async function awaitEngine(provider: Provider, node: NodeConnection, signal: AbortSignal): Promise<string> {
  const startsUntil = performance.now() + startTimeoutMs;
  return waitFor(
    { signal, timeoutMs: engineTimeoutMs, awaiting: `the engine of ${node.machine} to answer`, pollMs: 50 },
    async () => {
      try {
        return { value: (await raceSignal(node.engine.info(signal), signal)).version };
      } catch (error) {
        signal.throwIfAborted();
        const state = await provider.state(node.machine);
        if (state === 'missing') throw error;
        if (state === 'engine-down' && performance.now() > startsUntil)
          throw await ended(provider, node.machine, error);
        return { pending: messageOf(error) };
      }
    },
  );
}

async function ended(provider: Provider, machine: string, cause: unknown): Promise<LabError> {
  const said = await provider.engineComplaint(machine);
  return new LabError({
    code: 'engine.unreachable',
    message: `the engine of ${machine} has ended: ${said === '' ? 'it said nothing' : said}`,
    hint: `swarmlab up --retain keeps the lab, and swarmlab exec ${machine} dockerd --version shows whether it runs at all`,
    cause,
  });
}

function refused(machine: string, version: string): LabError {
  return new LabError({
    code: 'engine.version',
    message: `the engine of ${machine} is Docker ${version}, whose DNS for containers has faults: measurements would not be about networks`,
    hint: 'install a later 29.x, or 28.5',
  });
}
