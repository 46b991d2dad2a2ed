import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../core/errors.ts';
import type { ContainerSpec, Engine } from '../fabric/engine-port.ts';

/** So often a container is made where nothing is known to be in the way. */
export const patientTries = 6;
const pauseMs = 1_000;

/**
 * What an engine says when the managers did not give a container its place on an attachable overlay in time (its own
 * deadline is 20 s: moby, daemon/cluster/networks.go), and what it says while the task of that try is still being taken
 * down. Seen on an emulated machine; none of it says anything about the network.
 */
const passing = /attaching to network failed|context deadline exceeded|Address already in use|network \S+ not found/;

/** Makes a container by `make`; once more, after `unmake`, where only its attachment to an overlay was late; `tries` times in all. */
export async function withLateAttachments(
  make: () => Promise<void>,
  unmake: () => Promise<void>,
  signal: AbortSignal,
  tries = patientTries,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await make();
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === tries || !passing.test(messageOf(error))) throw error;
      await unmake();
      await delay(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** Creates a container and starts it; the container of a try whose attachment was late is removed, and made anew. */
export function runContainer(engine: Engine, spec: ContainerSpec, signal: AbortSignal): Promise<void> {
  return withLateAttachments(
    async () => {
      await engine.createContainer(spec, signal);
      await engine.startContainer(spec.name, signal);
    },
    () => engine.removeContainer(spec.name, signal),
    signal,
  );
}
