import { deadline, raceSignal } from '../core/deadline.ts';
import { messageOf } from '../core/errors.ts';
import { type PresentContainer, placeOf } from '../experiment/running/running.ts';
import type { CollectRequest } from './collect.ts';
import { planLook, type Watched } from './look.ts';
import { crowdOf, type Pair } from './pair.ts';
import type { Testimony } from './read-look.ts';
import { startWitness, type Witness } from './witness.ts';
import type { Look } from './witness-protocol.ts';

/** The time in which witnesses put their questions and say what they saw. */
const witnessTimeoutMs = 25_000;

/** One that watches its machine, and what it was told to look at. */
export interface StandingWitness {
  watched: Watched;
  look: Look;
  witness: Witness;
}

/**
 * Starts a witness on each of the machines, all side by side. Where one cannot stand, `missing` says why. Rejects only when
 * the request's signal aborts.
 */
export async function standWitnesses(
  { plan, connections, signal }: CollectRequest,
  watched: readonly Watched[],
  pair: Pair,
  present: readonly PresentContainer[],
  missing: string[],
  adapt: (look: Look) => Look = (look) => look,
): Promise<readonly StandingWitness[]> {
  const crowd = crowdOf(pair, new Map([['', { ...nobody, containers: present }]]));
  const insides = { from: insideOf(pair.from.id, present), to: insideOf(pair.to.id, present) };
  const stood = await Promise.all(
    watched.map(async (machine) => {
      const connection = connections.get(machine.machine);
      const look = adapt(planLook(machine, watched, pair, insides, crowd, plan));
      try {
        if (connection === undefined) throw new Error('there is no connection');
        return { watched: machine, look, witness: await startWitness(connection, look, signal) };
      } catch (error) {
        signal.throwIfAborted();
        missing.push(`${machine.machine}: ${messageOf(error)}`);
        return null;
      }
    }),
  );
  return stood.filter((one) => one !== null);
}

const nobody = { node: '', state: 'answers', info: null, networks: [], containers: [], members: null } as const;

function insideOf(id: string, present: readonly PresentContainer[]): string | null {
  const container = present.find((one) => one.id === id);
  return container === undefined ? null : placeOf(container, present).namespacePath;
}

/**
 * Lets them put their questions, and ends the watch as soon as `probing` has come to its end. One that is lost meanwhile
 * leaves what it had said. Rejects only when `signal` aborts.
 */
export async function takeTestimony(
  witnesses: readonly StandingWitness[],
  probing: Promise<unknown>,
  signal: AbortSignal,
  missing: string[],
): Promise<readonly Testimony[]> {
  using limit = deadline({ signal, timeoutMs: witnessTimeoutMs, awaiting: 'the witnesses to say what they saw' });
  return Promise.all(
    witnesses.map(async ({ watched, look, witness }): Promise<Testimony> => {
      await using ended = witness;
      const { watching, clockMs } = ended;
      const base = { watched, look, watching, clockMs };
      try {
        const asked = await ended.ask(limit);
        await raceSignal(probing, limit);
        return { ...base, asked, seen: await ended.end(limit) };
      } catch (error) {
        signal.throwIfAborted();
        missing.push(`${watched.machine}: ${messageOf(error)}`);
        return { ...base, asked: null, seen: null };
      }
    }),
  );
}
