import type { Outcome, Protocol } from '../probe/types.ts';
import type { ProtocolDifference } from './diff-types.ts';

/** What an outcome says about the network, less what hangs on rate limits, on ARP giving up and on a resolver's mood. */
export type Reachability =
  | 'reached'
  | 'not-reached'
  | 'refused'
  | 'no-name'
  | 'wrong-responder'
  | 'one-way'
  | 'not-measured';

export interface Seen {
  outcome: Outcome;
  /** Null where a name gave none. */
  address: string | null;
}

/**
 * The class of an outcome. Silence and an ICMP error are one: whether a router sends the error is a matter of rate limits
 * (RFC 1812, 4.3.2.8), and a neighbour that does not answer shows as either. So are the ways not to get a name: no such
 * name, a resolver that fails, is silent, or cannot be reached. `refused` is a class of its own, as in verdicts: the
 * packet arrived somewhere.
 */
export function reachabilityOf({ outcome, address }: Seen, by: 'ip' | 'name' | 'published'): Reachability {
  switch (outcome) {
    case 'timeout':
      return 'not-reached';
    case 'unreachable':
      // Without an address it was the resolver that could not be reached.
      return by === 'name' && address === null ? 'no-name' : 'not-reached';
    case 'no-name':
    case 'name-timeout':
    case 'servfail':
      return 'no-name';
    case 'reached':
    case 'refused':
    case 'wrong-responder':
    case 'one-way':
    case 'not-measured':
      return outcome;
  }
}

/** How one protocol of a cell compares; null where it does not differ. */
export function compareSeen(
  protocol: Protocol,
  by: 'ip' | 'name' | 'published',
  a: Seen,
  b: Seen,
): ProtocolDifference | null {
  const [left, right] = [reachabilityOf(a, by), reachabilityOf(b, by)];
  return left === right ? null : { protocol, a: left, b: right };
}
