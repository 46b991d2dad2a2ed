import { LabError } from '../core/errors.ts';
import { settleAll } from '../core/pool.ts';
import { provisionText } from '../core/provision.ts';
import type { NodeConnection } from '../fabric/connection.ts';

export interface SwarmPort {
  protocol: 'tcp' | 'udp' | 'esp';
  /** Null for ESP, which has none. */
  port: number | null;
}

/** What nodes of a swarm must let each other's packets in by (Docker docs, "Getting started with swarm mode"); ESP is for encrypted overlays. */
export function swarmPorts(dataPathPort: number): readonly SwarmPort[] {
  return [
    { protocol: 'tcp', port: 2377 },
    { protocol: 'tcp', port: 7946 },
    { protocol: 'udp', port: 7946 },
    { protocol: 'udp', port: dataPathPort },
    { protocol: 'esp', port: null },
  ];
}

/** Lets the peers in by the swarm's ports, and nobody else; with no peers the ports are shut. */
export async function setSwarmPorts(
  nodes: readonly { connection: NodeConnection; peers: readonly string[] }[],
  dataPathPort: number,
  signal: AbortSignal,
): Promise<void> {
  const script = await provisionText('firewall.sh');
  await settleAll(
    nodes.map(async ({ connection, peers }) => {
      const argv = ['sh', '-s', '--', `${dataPathPort}`, ...peers];
      const result = await connection.exec(argv, { stdin: script, signal });
      if (result.exitStatus === 0) return;
      throw new LabError({
        code: 'swarm.firewall',
        message: `the firewall of ${connection.machine} could not be set: ${result.stderr.trim()}`,
        hint: 'iptables and iptables-restore must work there, as root',
      });
    }),
  );
}
