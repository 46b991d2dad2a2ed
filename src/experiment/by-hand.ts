import { quoteCommand } from '../core/quote.ts';
import type { Protocol } from '../probe/types.ts';

/** Who asks, for a person at a shell: a machine, or a container on it. */
export interface Asker {
  machine: string;
  container: string | null;
}

/** The verb that runs a program on a node of that lab. */
export function execLine(lab: string, machine: string, argv: readonly string[]): string {
  const option = lab === 'default' ? [] : ['--lab', lab];
  return quoteCommand(['swarmlab', 'exec', ...option, machine, ...argv]);
}

/**
 * A line that asks by hand what a probe asked. Null where there is none: the agent's own listeners are gone when it is,
 * and busybox' nc as Debian builds it has no UDP. Machines may lack ping; they have busybox, which the image is made of.
 */
export function probeByHand(
  lab: string,
  from: Asker,
  protocol: Protocol,
  target: string | null,
  port: number | null,
): string | null {
  if (target === null) return null;
  const words = commandWords(protocol, target, port);
  if (words === null) return null;
  const argv = from.container === null ? ['busybox', ...words] : ['docker', 'exec', from.container, ...words];
  return execLine(lab, from.machine, argv);
}

function commandWords(protocol: Protocol, target: string, port: number | null): readonly string[] | null {
  switch (protocol) {
    case 'icmp':
      return ['ping', '-c', '1', '-W', '1', target];
    case 'tcp':
      return port === null ? null : ['nc', '-w', '1', target, String(port)];
    case 'udp':
      return null;
  }
}
