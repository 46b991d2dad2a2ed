import type { Evidence } from './join.ts';
import { joinResult } from './join.ts';
import type { PortMode, SenderResult } from './protocol.ts';
import type { Observation } from './types.ts';

type Judged = Pick<Observation, 'outcome' | 'detail'>;

/** Why a connection that the target did not see for sure may have been with it after all. */
function heldDoubt(arrived: false | null, local: string | null, evidence: Evidence): string | null {
  if (arrived === null) return `several senders have ${local}; whose request arrived is unknown`;
  if (evidence.target.overflowed) return "what arrived is unknown: the target's socket overflowed";
  const other = evidence.synThroughNat?.(local) ?? null;
  return other === null ? null : `connected from ${local}, and the target saw ${other}: is there NAT on the way?`;
}

/** Another program has the port: what counts is whether the packet arrived behind the target's INPUT filter. */
function joinHeld(result: SenderResult, evidence: Evidence): Judged | null {
  const { protocol, target } = evidence;
  if (protocol === 'udp') {
    const arrived = result.attempts.flatMap(({ n }) => evidence.seenIn(n)).find((seen) => seen.tag === target.tag);
    if (arrived === undefined) return null;
    const detail = `arrived behind the filter from ${arrived.source}; another program holds the port`;
    return { outcome: 'reached', detail };
  }
  const last = result.attempts.at(-1);
  if (last?.outcome !== 'accepted') return null;
  if (target.missing !== null) return { outcome: 'not-measured', detail: `what arrived is unknown: ${target.missing}` };
  const arrived = evidence.synArrived(last.local);
  if (!arrived) {
    const doubt = heldDoubt(arrived, last.local, evidence);
    return doubt === null
      ? { outcome: 'wrong-responder', detail: 'something accepted the connection, and the target did not see it' }
      : { outcome: 'not-measured', detail: doubt };
  }
  return { outcome: 'reached', detail: 'connected, seen behind the filter; another program holds the port' };
}

/** ESP has no connections: a filter without state passes it or not, each way on its own, so arriving is what counts. */
function joinEsp(result: SenderResult, evidence: Evidence): Judged | null {
  const seen = result.attempts.flatMap(({ n }) => evidence.seenIn(n)).find(({ tag }) => tag === evidence.target.tag);
  if (seen === undefined) return null;
  const answered = result.attempts.some(({ answererTag }) => answererTag === evidence.target.tag);
  const detail = `arrived behind the filter from ${seen.source}; its answer ${answered ? 'came back' : 'did not come back'}`;
  return { outcome: 'reached', detail };
}

/** The outcome of one port between two machines. Pure and total; `mode` is what the target's agent found at the port. */
export function joinPort(
  result: SenderResult,
  evidence: Evidence,
  senderFailure: string | null,
  mode: PortMode,
): Judged {
  const arrived = evidence.protocol === 'esp' ? joinEsp(result, evidence) : null;
  const held = mode === 'held' ? joinHeld(result, evidence) : null;
  return arrived ?? held ?? joinResult(result, evidence, senderFailure);
}
