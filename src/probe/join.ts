import { echoReply } from './compact.ts';
import type { Seen, SenderAttempt, SenderResult, WireProtocol } from './protocol.ts';
import type { Attempt, Observation, Outcome } from './types.ts';

/** What is known of the namespace that a probe is meant for, besides what it saw. */
export interface TargetState {
  tag: string;
  /** Why what it saw is not fully known: its agent's report is missing, or its machine dropped packets. */
  missing: string | null;
  /** Its sockets lost packets of this protocol. */
  overflowed: boolean;
  /** It could not even reach itself by this protocol. */
  controlFailure: string | null;
  /** The longest that its agent did not run. */
  worstLagMs: number;
}

export interface Evidence {
  protocol: WireProtocol;
  target: TargetState;
  timeoutMs: number;
  /** This attempt's nonce, wherever it arrived. */
  seenIn(attempt: number): readonly Seen[];
  /**
   * Whether the target saw a connection request from this `address:port`. Null: it did, and another sender has the same,
   * so that it cannot be told whose it was.
   */
  synArrived(local: string | null): boolean | null;
  /** A request from the same source port that came to the target from another address: there may be NAT on the way. */
  synThroughNat?(local: string | null): string | null;
  /** The places in a namespace; none for one outside the batch. */
  placesOf(tag: string): readonly string[];
}

export interface JoinedAttempt extends Attempt {
  responder: string | null;
}

type Judged = { outcome: Outcome; detail: string; responder?: string | null };

function names(tags: readonly string[], evidence: Evidence): string {
  const known = [...new Set(tags.flatMap((tag) => evidence.placesOf(tag)))];
  return known.length === 0 ? 'a namespace outside the batch' : known.join(', ');
}

/** The answer is another's: who, as far as the batch knows. */
function wrong(tags: readonly string[], evidence: Evidence, how: string): Judged {
  const responder = tags.flatMap((tag) => evidence.placesOf(tag))[0] ?? null;
  return { outcome: 'wrong-responder', detail: how, responder };
}

function unknownTarget({ target }: Evidence): Judged | null {
  if (target.missing !== null) return { outcome: 'not-measured', detail: `what arrived is unknown: ${target.missing}` };
  if (target.overflowed)
    return { outcome: 'not-measured', detail: "what arrived is unknown: the target's socket overflowed" };
  return null;
}

function judgeAnswered(attempt: SenderAttempt, evidence: Evidence, here: readonly Seen[], there: string[]): Judged {
  const { target } = evidence;
  if (attempt.answererTag !== null) {
    if (attempt.answererTag === target.tag) return { outcome: 'reached', detail: attempt.detail };
    const who = names([attempt.answererTag], evidence);
    return wrong([attempt.answererTag], evidence, `${who} answered`);
  }
  // An echo reply is the kernel's and says nothing of who sent it: what the namespaces saw does.
  if (here.length > 0 && there.length === 0) return { outcome: 'reached', detail: attempt.detail };
  if (here.length > 0)
    return wrong(there, evidence, `both the target and ${names(there, evidence)} got it; one answered`);
  if (there.length > 0) return wrong(there, evidence, `${names(there, evidence)} got it, and an answer came`);
  return unknownTarget(evidence) ?? wrong([], evidence, 'an answer came, and no place of the batch got the request');
}

function judgeConnected(attempt: SenderAttempt, evidence: Evidence, here: readonly Seen[], there: string[]): Judged {
  const { target } = evidence;
  const byListener = here.filter((seen) => seen.via === 'tcp' || seen.via === 'udp');
  if (here.length > 0 && byListener.length === 0) {
    return { outcome: 'reached', detail: `another program there answered (${attempt.detail})` };
  }
  if (byListener.length > 0) return oneWay(byListener, evidence);
  if (there.length > 0) return wrong(there, evidence, `${names(there, evidence)} got it (${attempt.detail})`);
  const unknown = unknownTarget(evidence);
  if (unknown !== null) return unknown;
  const arrived = evidence.synArrived(attempt.local);
  if (arrived === null) return unclear(attempt);
  if (arrived || target.worstLagMs > evidence.timeoutMs / 2) {
    return attempt.outcome === 'accepted'
      ? { outcome: 'refused', detail: attempt.detail }
      : { outcome: 'not-measured', detail: `the target's listener did not read the probe (${attempt.detail})` };
  }
  return wrong([], evidence, `something answered that is no place of the batch (${attempt.detail})`);
}

function unclear(attempt: SenderAttempt): Judged {
  return { outcome: 'not-measured', detail: `several senders have ${attempt.local}; whose request arrived is unknown` };
}

function oneWay(here: readonly Seen[], evidence: Evidence): Judged {
  const late = here.filter((seen) => seen.via !== 'icmp' && seen.lagMs > evidence.timeoutMs / 2);
  if (late.length === here.length) {
    return { outcome: 'not-measured', detail: `the target's agent was starved for ${late[0]?.lagMs ?? 0} ms` };
  }
  if (evidence.target.overflowed) {
    return { outcome: 'not-measured', detail: "arrived; the target's sockets overflowed, so it may not have answered" };
  }
  return { outcome: 'one-way', detail: `arrived from ${here[0]?.source ?? '?'}, no answer came back` };
}

function judgeTimeout(attempt: SenderAttempt, evidence: Evidence, here: readonly Seen[], there: string[]): Judged {
  if (here.length > 0) return oneWay(here, evidence);
  const unknown = unknownTarget(evidence);
  if (evidence.protocol === 'tcp') {
    const arrived = evidence.synArrived(attempt.local);
    if (arrived === null) return unclear(attempt);
    // A full accept queue drops requests; then the silence is the agent's.
    if (arrived && !evidence.target.overflowed) {
      return { outcome: 'one-way', detail: 'the connection request arrived, no answer came back' };
    }
  }
  if (unknown !== null) return unknown;
  if (evidence.target.controlFailure !== null) {
    return { outcome: 'not-measured', detail: `the target's control failed: ${evidence.target.controlFailure}` };
  }
  const elsewhere = there.length > 0 ? `; it arrived at ${names(there, evidence)}` : '';
  return { outcome: 'timeout', detail: attempt.detail + elsewhere };
}

function judgeRefused(attempt: SenderAttempt, evidence: Evidence): Judged {
  const { target } = evidence;
  // A listener that died with its agent refuses too, and so does a full one (tcp_abort_on_overflow).
  if (target.missing !== null) return { outcome: 'not-measured', detail: `refused, and ${target.missing}` };
  if (target.overflowed && evidence.synArrived(attempt.local) !== false) {
    return { outcome: 'not-measured', detail: "refused, and the target's sockets overflowed" };
  }
  return { outcome: 'refused', detail: attempt.detail };
}

function judge(attempt: SenderAttempt, evidence: Evidence): Judged {
  const seen = evidence.seenIn(attempt.n);
  const here = seen.filter(({ tag }) => tag === evidence.target.tag);
  const there = [...new Set(seen.filter(({ tag }) => tag !== evidence.target.tag).map(({ tag }) => tag))];
  switch (attempt.outcome) {
    case 'answered':
      return judgeAnswered(attempt, evidence, here, there);
    case 'foreign':
    case 'accepted':
    case 'silent':
      return judgeConnected(attempt, evidence, here, there);
    case 'sent':
    case 'timeout':
      return judgeTimeout(attempt, evidence, here, there);
    case 'refused':
      return judgeRefused(attempt, evidence);
    case 'unreachable':
    case 'no-name':
    case 'name-timeout':
    case 'servfail':
    case 'not-measured':
      return { outcome: attempt.outcome, detail: attempt.detail };
  }
}

/** One try: what the sender knows, together with what arrived. Pure and total. */
export function joinAttempt(attempt: SenderAttempt, evidence: Evidence): JoinedAttempt {
  const { outcome, detail, responder } = judge(attempt, evidence);
  return { outcome, detail, rttMs: outcome === 'reached' ? attempt.rttMs : null, responder: responder ?? null };
}

/** Outcomes that a sender which cannot even reach itself may not claim. */
const needsControl: ReadonlySet<Outcome> = new Set<Outcome>(['timeout', 'one-way', 'refused', 'unreachable']);

/**
 * All tries of a probe in one observation: the last one's outcome, as it alone is conclusive or final;
 * but a packet that once arrived did arrive, so a timeout after a one-way is one-way.
 */
export function joinResult(result: SenderResult, evidence: Evidence, senderFailure: string | null): Observation {
  const attempts = result.attempts.map((attempt) => joinAttempt(attempt, evidence));
  const last = attempts.at(-1);
  if (last === undefined) return notMeasured(result.probeId, 'the agent made no attempt');
  const final =
    (last.outcome === 'timeout' ? attempts.findLast(({ outcome }) => outcome === 'one-way') : undefined) ?? last;
  const base = {
    probeId: result.probeId,
    address: result.attempts.findLast(({ address }) => address !== null)?.address ?? null,
    attempts: attempts.map(({ outcome, detail, rttMs }) => ({ outcome, detail, rttMs })),
  };
  if (senderFailure !== null && needsControl.has(final.outcome)) {
    const detail = `the sender could not be trusted: ${senderFailure}`;
    return { ...base, outcome: 'not-measured', detail, responder: null, rttMs: null };
  }
  const all = result.addresses.length > 1 ? `; the name has ${result.addresses.join(', ')}` : '';
  return {
    ...base,
    outcome: final.outcome,
    detail: final.detail + all,
    responder: final.responder,
    rttMs: final.rttMs,
  };
}

/**
 * What `joinResult` makes of an echo reply to the only try, where the target and no other saw the request: most probes of
 * a large batch are like that, and this is quicker.
 */
export function reachedAtOnce(probeId: number, { rttMs, address }: { rttMs: number; address: string }): Observation {
  const attempt: Attempt = { outcome: 'reached', detail: echoReply, rttMs };
  return { probeId, outcome: 'reached', detail: echoReply, address, responder: null, rttMs, attempts: [attempt] };
}

/** The observation of a probe that could not be made. */
export function notMeasured(probeId: number, detail: string): Observation {
  return { probeId, outcome: 'not-measured', detail, address: null, responder: null, rttMs: null, attempts: [] };
}
