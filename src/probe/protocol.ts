import type { Protocol } from './types.ts';

/** ESP has no ports; it is asked of machines only. */
export type WireProtocol = Protocol | 'esp';

/** `echo`: the agent answers there. `held`: another program has the port, what arrives is watched behind the filter. */
export type PortMode = 'echo' | 'held';

/** id, place, by, aim, protocol, port, mode: as the agent reads it. */
export type WireProbe = readonly [number, string, 'ip' | 'name', string, WireProtocol, number | null, PortMode];

export interface PreparePlace {
  id: string;
  namespacePath: string | null;
  hostsPath: string;
  resolvConfPath: string;
  rawTcp: boolean;
  rawUdp: boolean;
  ports: readonly { protocol: 'tcp' | 'udp' | 'esp'; port: number | null }[];
}

export type Command =
  | {
      op: 'prepare';
      session: string;
      agentIndex: number;
      deadlineMs: number;
      preferredPort: number;
      expectedProbes: number;
      places: readonly PreparePlace[];
    }
  | { op: 'go'; attemptTimeoutsMs: readonly number[]; nameTimeoutMs: number; probes: readonly WireProbe[] }
  | { op: 'collect' }
  | { op: 'bye' };

export interface ReadyPort {
  protocol: 'tcp' | 'udp' | 'esp';
  port: number | null;
  mode: PortMode;
  error: string | null;
}

/** A tag names a network namespace among all agents of a batch. */
export type ReadyPlace =
  | { id: string; error: string }
  | {
      id: string;
      error: null;
      tag: string;
      tcpPort: number;
      udpPort: number;
      loUp: boolean;
      ports: readonly ReadyPort[];
    };

export type SenderOutcome =
  | 'answered'
  | 'foreign'
  | 'accepted'
  | 'silent'
  | 'sent'
  | 'timeout'
  | 'refused'
  | 'unreachable'
  | 'no-name'
  | 'name-timeout'
  | 'servfail'
  | 'not-measured';

const senderOutcomes: ReadonlySet<string> = new Set<SenderOutcome>([
  'answered',
  'foreign',
  'accepted',
  'silent',
  'sent',
  'timeout',
  'refused',
  'unreachable',
  'no-name',
  'name-timeout',
  'servfail',
  'not-measured',
]);

/** What the sender alone knows of one try. */
export interface SenderAttempt {
  n: number;
  outcome: SenderOutcome;
  detail: string;
  rttMs: number | null;
  /** TCP and UDP: where it was sent from, `address:port`. */
  local: string | null;
  /** TCP, UDP and ESP answers say which namespace they come from. */
  answererTag: string | null;
  address: string | null;
}

export interface SenderResult {
  probeId: number;
  /** All that the name resolved to. */
  addresses: readonly string[];
  attempts: readonly SenderAttempt[];
}

/** A nonce that arrived in a namespace. */
export interface Seen {
  probeId: number;
  attempt: number;
  via: 'icmp' | 'tcp' | 'udp' | 'esp' | 'raw-tcp' | 'raw-udp';
  tag: string;
  source: string;
  /** How late the agent may have been to see it, and so to answer. */
  lagMs: number;
}

/** A TCP connection request that arrived behind the INPUT filter. */
export interface Syn {
  tag: string;
  /** `address:port` */
  source: string;
  port: number;
}

export interface Control {
  tag: string;
  loUp: boolean;
  /** Protocol to reason; what is not in it passed. */
  failed: Readonly<Record<string, string>>;
}

export type Report =
  | { op: 'ready'; places: readonly ReadyPlace[] }
  | { op: 'results'; results: readonly SenderResult[] }
  | { op: 'done'; controls: readonly Control[] }
  /** Probes that were answered at once over ICMP, which most are: three numbers each, see `echoedFields`. */
  | { op: 'echoed'; words: readonly string[]; rows: readonly number[] }
  /** Nonces that arrived: six numbers each, see `seenFields`. */
  | { op: 'seen'; words: readonly string[]; rows: readonly number[] }
  | { op: 'syns'; syns: readonly Syn[] }
  | {
      op: 'collected';
      drops: readonly { tag: string; protocol: string; lost: number }[];
      /** Places whose path no longer leads to the namespace that was probed, and why. */
      gone?: readonly { id: string; error: string }[];
      counts: Readonly<Record<string, number>>;
      worstLagMs: number;
    }
  | { op: 'bye' };

/** Probe, round-trip time in microseconds, and the address as its place in `words`. */
export const echoedFields = 3;
/** Probe, attempt; `via`, tag and source by their place in `words`; milliseconds of lag. */
export const seenFields = 6;

function parseTable(op: 'echoed' | 'seen', words: unknown, rows: unknown): Report | null {
  if (!Array.isArray(words) || !Array.isArray(rows)) return null;
  const fields = op === 'seen' ? seenFields : echoedFields;
  const wordless = op === 'seen' ? [0, 1, 5] : [0, 1];
  for (let at = 0; at < rows.length; at += 1) {
    const value: unknown = rows[at];
    if (typeof value !== 'number' || !(value >= 0)) return null;
    if (!wordless.includes(at % fields) && typeof words[value] !== 'string') return null;
  }
  return rows.length % fields === 0 ? { op, words, rows } : null;
}

type WireAttempt = [number, string, string, number | null, [string, number] | null, string | null, string | null];

function parseAttempt([n, outcome, detail, rttMs, local, answererTag, address]: WireAttempt): SenderAttempt {
  return {
    n,
    outcome: senderOutcomes.has(outcome) ? (outcome as SenderOutcome) : 'not-measured',
    detail,
    rttMs,
    local: local === null ? null : `${local[0]}:${local[1]}`,
    answererTag,
    address,
  };
}

/** Reads one line of an agent. Total: null is a line that no agent of this version writes. */
export function parseReport(line: string): Report | null {
  try {
    const message = JSON.parse(line);
    switch (message.op) {
      case 'ready':
        return Array.isArray(message.places) ? message : null;
      case 'results':
        return {
          op: 'results',
          results: message.results.map(([probeId, addresses, attempts]: [number, string[], WireAttempt[]]) => ({
            probeId,
            addresses,
            attempts: attempts.map(parseAttempt),
          })),
        };
      case 'done':
        return Array.isArray(message.controls) ? message : null;
      case 'echoed':
      case 'seen':
        return parseTable(message.op, message.words, message.rows);
      case 'syns':
        return {
          op: 'syns',
          syns: message.syns.map(([tag, address, from, port]: [string, string, number, number]) => ({
            tag,
            source: `${address}:${from}`,
            port,
          })),
        };
      case 'collected':
        return Array.isArray(message.drops) && typeof message.counts === 'object' ? message : null;
      case 'bye':
        return { op: 'bye' };
      default:
        return null;
    }
  } catch {
    return null;
  }
}
