import type { PortDefinition, PublishDefinition } from './definition.ts';
import { portPattern, publishPattern } from './schema-parts.ts';

/** Values as Docker takes them: text. */
export function texts(values: Readonly<Record<string, string | number | boolean>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

/** Words of a command; text is the shell's. */
export function readCommand(command: string | readonly string[] | undefined): readonly string[] | null {
  if (command === undefined) return null;
  return typeof command === 'string' ? ['sh', '-c', command] : command;
}

/** `80`, `53/udp`; the schema has seen to it that it is one. */
export function readPort(port: number | string): PortDefinition {
  if (typeof port === 'number') return { port, protocol: 'tcp' };
  const [, number, protocol] = portPattern.exec(port) ?? [];
  return { port: Number(number), protocol: protocol === 'udp' ? 'udp' : 'tcp' };
}

/** `127.0.0.1:8080:80/udp`; the schema has seen to it that it is one. */
export function readPublish(publish: string): PublishDefinition {
  const [, hostAddress, hostPort, port, protocol] = publishPattern.exec(publish) ?? [];
  return {
    hostAddress: hostAddress ?? null,
    hostPort: Number(hostPort),
    port: Number(port),
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
  };
}
