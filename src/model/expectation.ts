import type { Outcome } from '../probe/types.ts';

/**
 * What should be seen of a probe.
 * - `reached`
 * - `not-reached`: the packets do not get through; whether that shows as silence or as an error is a matter of rate
 *   limits and of ARP giving up, and no difference
 * - `no-name`: the resolver answers, and knows no such name
 * - `no-resolver`: there is no way to a resolver, so the name cannot be looked up at all
 */
export type Expected = 'reached' | 'not-reached' | 'no-name' | 'no-resolver';

/**
 * The outcomes that fulfil an expectation. `refused` and `one-way` are not among those of `not-reached`: in both the
 * packets arrived somewhere, and a network that keeps apart does not let them. `not-measured` fulfils nothing.
 */
export const fulfilledBy: Readonly<Record<Expected, readonly Outcome[]>> = {
  reached: ['reached'],
  'not-reached': ['timeout', 'unreachable'],
  'no-name': ['no-name'],
  'no-resolver': ['no-name', 'name-timeout', 'servfail', 'unreachable'],
};

/** What about the lab changes an expectation. */
export interface Circumstances {
  home: NodeFacts;
  /** Null in a lab of one engine. */
  peer: NodeFacts | null;
}

export interface NodeFacts {
  engineVersion: string;
  kernel: string;
  /** Policy of the filter table's FORWARD chain: `ACCEPT`, `DROP`, or what else was read. */
  forwardPolicy: string;
}

/** Why something is expected, in a sentence for people, and where that is from. */
export interface RuleText {
  /** Dotted and stable. */
  id: string;
  sentence: string;
  reference: string;
}

export interface Expectation {
  expected: Expected;
  rule: RuleText;
}
