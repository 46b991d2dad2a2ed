import type { Protocol } from './types.ts';

/** ESP has no ports; it is asked of machines only. */
export type WireProtocol = Protocol | 'esp';

/** `echo`: the agent answers there. `held`: another program has the port, what arrives is watched behind the filter. */
export type PortMode = 'echo' | 'held';

/** What a probe asks, wherever it is asked from: by, aim, protocol, port, mode. */
export type Ask = readonly ['ip' | 'name', string, WireProtocol, number | null, PortMode];

/**
 * What one place asks: the place; the number of its first probe, from which the others are counted on; and which asks, as
 * pairs of where in the list of asks some begin, and how many they are.
 */
export type AskRow = readonly [place: string, first: number, runs: readonly number[]];

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
  | {
      op: 'go';
      attemptTimeoutsMs: readonly number[];
      nameTimeoutMs: number;
      asks: readonly Ask[];
      rows: readonly AskRow[];
    }
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
  /**
   * A row that was asked over ICMP: its first probe; for each the microseconds that the answer took, 0 for what was not
   * answered at the first try; where they went. Rows of one pattern have the same addresses, which the first of them brings.
   */
  | { op: 'swept'; first: number; took: Uint32Array; pattern: number; addresses: Uint32Array | null }
  /** Probes with their results, of which many are the same word for word: two numbers each, probe and word. */
  | { op: 'alike'; results: readonly Omit<SenderResult, 'probeId'>[]; rows: readonly number[] }
  /** Over ICMP, first tries that arrived in a namespace: the probes, and the addresses that they came from. */
  | { op: 'arrived'; tag: string; probes: Uint32Array; sources: Uint32Array }
  /** Other nonces that arrived: six numbers each, see `seenFields`. */
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

/** Probe, attempt; `via`, tag and source by their place in `words`; milliseconds of lag. */
export const seenFields = 6;
