import { provisionText } from '../../core/provision.ts';
import type { NodeConnection } from '../../fabric/connection.ts';

const askTimeoutMs = 30_000;

/** What a node's health hangs on. Null: it could not be found out there. */
export interface NodeHealth {
  node: string;
  /** How far its clock is from this machine's, at least and at most; positive is ahead. */
  clockMs: { from: number; to: number } | null;
  /** Of the file system that holds the engine's data. */
  disk: { totalMb: number; freeMb: number } | null;
  /** The kernel's neighbours (ARP entries) and how many it keeps; of a namespace's machine, not of a namespace. */
  neighbours: { entries: number; limit: number } | null;
  /** Rules that iptables wrote through the kernel's old interface, and through nftables. */
  firewallRules: { legacy: number; nft: number } | null;
}

export async function askNodeHealth(connection: NodeConnection, signal: AbortSignal): Promise<NodeHealth> {
  const script = await provisionText('node-health.sh');
  const clockMs = await askClock(connection, signal);
  const asked = connection.exec(['sh', '-s'], { stdin: script, signal, timeoutMs: askTimeoutMs });
  const said = await asked.catch(() => null);
  signal.throwIfAborted();
  return { node: connection.machine, clockMs, ...parseNodeHealth(said?.stdout.toString() ?? '') };
}

/** The node's clock said its time at some moment between the asking and the answer. */
async function askClock(connection: NodeConnection, signal: AbortSignal): Promise<NodeHealth['clockMs']> {
  const askedAt = Date.now();
  const said = await connection.exec(['date', '+%s.%N'], { signal, timeoutMs: askTimeoutMs }).catch(() => null);
  const answeredAt = Date.now();
  signal.throwIfAborted();
  const text = said?.stdout.toString().trim() ?? '';
  if (!/^\d+\.\d+$/.test(text)) return null;
  const nodeMs = Number(text) * 1000;
  return { from: nodeMs - answeredAt, to: nodeMs - askedAt };
}

/** Lines `NAME NUMBER` of node-health.sh. */
export function parseNodeHealth(text: string): Pick<NodeHealth, 'disk' | 'neighbours' | 'firewallRules'> {
  const values = new Map(
    text.split('\n').flatMap((line) => {
      const [name = '', value = ''] = line.trim().split(' ');
      const number = value === '' ? Number.NaN : Number(value);
      return Number.isFinite(number) ? [[name, number] as const] : [];
    }),
  );
  const both = (left: string, right: string) => {
    const [one, other] = [values.get(left), values.get(right)];
    return one === undefined || other === undefined ? null : ([one, other] as const);
  };
  const disk = both('disk-total-kb', 'disk-free-kb');
  const neighbours = both('neighbours', 'neighbour-limit');
  const rules = both('legacy-rules', 'nft-rules');
  return {
    disk: disk === null ? null : { totalMb: Math.floor(disk[0] / 1024), freeMb: Math.floor(disk[1] / 1024) },
    neighbours: neighbours === null ? null : { entries: neighbours[0], limit: neighbours[1] },
    firewallRules: rules === null ? null : { legacy: rules[0], nft: rules[1] },
  };
}
