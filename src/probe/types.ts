export type Protocol = 'icmp' | 'tcp' | 'udp';

export type By = 'ip' | 'name';

/**
 * What was seen of one probe.
 * - `reached`: the intended target saw this probe's nonce, and its answer came back
 * - `wrong-responder`: something else answered
 * - `one-way`: the intended target saw the nonce, no answer came back
 * - `no-name`: NXDOMAIN, or no error and no address
 * - `name-timeout`, `servfail`: the resolver was silent, or failed
 * - `refused`, `timeout`, `unreachable`: no way through; errno or ICMP is in the detail
 * - `not-measured`: the probe could not be made; the detail says why
 */
export type Outcome =
  | 'reached'
  | 'wrong-responder'
  | 'one-way'
  | 'no-name'
  | 'name-timeout'
  | 'servfail'
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'not-measured';

/**
 * A network namespace that an agent can stand in, with what its processes resolve names by.
 * Two places in one namespace (host-network containers, `container:` sharers) share sockets; the agent finds that by inode.
 */
export interface Place {
  /** Unique in the lab: `m1/web`, `node:m1`, `lan`, `world`. */
  id: string;
  /** The machine whose agent enters it; a key of the lab's connections. */
  machine: string;
  /** Path of the namespace file on that machine; null is the machine's own namespace. */
  namespacePath: string | null;
  /** Files of that machine. */
  hostsPath: string;
  resolvConfPath: string;
}

/** Where a probe aims. A name is resolved in the place that asks, as its processes would. */
export type Aim = { by: 'ip'; address: string } | { by: 'name'; name: string };

export interface Probe {
  /** Unique in its batch. */
  id: number;
  /** Place ids. `to` is the place that must see the nonce for the probe to count as reached. */
  from: string;
  to: string;
  aim: Aim;
  protocol: Protocol;
  /** TCP and UDP: null means the port of the agent's own listener in `to`. */
  port: number | null;
  /** Other places of which any may see the nonce instead of `to`: the further tasks of a service. */
  orTo?: readonly string[];
  /**
   * Nobody is there who was meant, and `to` stands in for them. Whoever has the address now is asked where agents listen: the
   * stand-in's own listener may be elsewhere, since several may work on one machine at the same time.
   */
  standIn?: true;
}

/** A port where the agent answers in a place, as a container's own program would. */
export interface ListenPort {
  protocol: 'tcp' | 'udp';
  port: number;
}

/** One try of a probe: fresh identifiers, its own nonce. */
export interface Attempt {
  outcome: Outcome;
  /** What was seen, in a few words: an errno, an ICMP type, a DNS code. */
  detail: string;
  rttMs: number | null;
}

export interface Observation {
  probeId: number;
  outcome: Outcome;
  detail: string;
  /** The address that the packets went to; null when no name was resolved. */
  address: string | null;
  /** The place that answered instead, where it is one of the batch's; for `wrong-responder`. */
  responder: string | null;
  rttMs: number | null;
  attempts: readonly Attempt[];
}

/** Timings of one batch. */
export interface ProbeTimings {
  /** One after the other for what stays inconclusive (timeouts); each try is a fresh probe. */
  attemptTimeoutsMs: readonly number[];
  nameTimeoutMs: number;
}
