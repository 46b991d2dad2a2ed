import type { EngineWork } from '../../fabric/engine-port.ts';
import { withLateAttachments } from '../../swarm/run-container.ts';
import type { Scene } from '../build/scene.ts';
import { endpointSpec } from '../build/specs.ts';
import type { ActionDefinition, AttachmentDefinition } from '../language/definition.ts';

/** Connects a container to a network; once more where the attachment was only late; with a fault in force nobody knows that it was. */
export function connect(
  { faults, signal }: Scene,
  work: EngineWork,
  { container, attachment }: Extract<ActionDefinition, { kind: 'connect' }>,
): Promise<void> {
  const { network } = attachment;
  const make = () => work.connectContainer(network, container, endpointSpec(attachment), signal);
  if (faults.size > 0) return make();
  // It may stand half attached, or not at all.
  const unmake = () => work.disconnectContainer(network, container, signal).catch(() => signal.throwIfAborted());
  return withLateAttachments(make, unmake, signal);
}

/** As `docker network connect` takes them; it has none for a MAC. */
export function connectOptions({ ip, aliases }: AttachmentDefinition): readonly string[] {
  return [...(ip === null ? [] : ['--ip', ip]), ...aliases.flatMap((alias) => ['--alias', alias])];
}
