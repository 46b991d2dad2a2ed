import type { EngineWork } from '../../fabric/engine-port.ts';
import { patientTries, withLateAttachments } from '../../swarm/run-container.ts';
import type { Scene } from '../build/scene.ts';
import { endpointSpec } from '../build/specs.ts';
import type { ActionDefinition, AttachmentDefinition } from '../language/definition.ts';

/** How often a step that should do something tries: with a fault in force a late attachment may be what that brings. */
export function triesFor({ faults }: Scene): number {
  return faults.size === 0 ? patientTries : 2;
}

/** Connects a container to a network; `tries` times where the attachment was only late. */
export function connect(
  { signal }: Scene,
  work: EngineWork,
  { container, attachment }: Extract<ActionDefinition, { kind: 'connect' }>,
  tries: number,
): Promise<void> {
  const { network } = attachment;
  const make = () => work.connectContainer(network, container, endpointSpec(attachment), signal);
  // It may stand half attached, or not at all.
  const unmake = () => work.disconnectContainer(network, container, signal).catch(() => signal.throwIfAborted());
  return withLateAttachments(make, unmake, signal, tries);
}

/** As `docker network connect` takes them; it has none for a MAC. */
export function connectOptions({ ip, aliases }: AttachmentDefinition): readonly string[] {
  return [...(ip === null ? [] : ['--ip', ip]), ...aliases.flatMap((alias) => ['--alias', alias])];
}
