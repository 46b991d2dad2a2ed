import { type Expectation, type Expected, fulfilledBy } from '../model/expectation.ts';
import type { Outcome } from '../probe/types.ts';
import type { CellResult, ProtocolResult, Verdict } from './types.ts';

/** Compares what was seen with what was expected. What could not be measured is neither. */
export function judge(expected: Expected, outcome: Outcome): Verdict {
  if (outcome === 'not-measured') return 'not-measured';
  return fulfilledBy[expected].includes(outcome) ? 'as-expected' : 'differs';
}

/** Differs beats not measured, which beats as expected; of nothing, nothing was measured. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('differs')) return 'differs';
  if (verdicts.length === 0 || verdicts.includes('not-measured')) return 'not-measured';
  return 'as-expected';
}

/** From the most telling to the least. */
const telling: readonly Outcome[] = [
  'wrong-responder',
  'one-way',
  'refused',
  'servfail',
  'name-timeout',
  'no-name',
  'unreachable',
  'timeout',
  'not-measured',
  'reached',
];

type Seen = Omit<ProtocolResult, 'verdict'>;

/** One cell out of its protocols' observations. */
export function judgeCell(
  seen: Readonly<Record<'icmp' | 'tcp' | 'udp', Seen>>,
  expectation: Expectation,
  target: CellResult['target'],
): CellResult {
  const { expected, rule } = expectation;
  const judged = (one: Seen): ProtocolResult => ({ ...one, verdict: judge(expected, one.outcome) });
  const byProtocol = { icmp: judged(seen.icmp), tcp: judged(seen.tcp), udp: judged(seen.udp) };
  const results = Object.values(byProtocol);
  const verdict = worstVerdict(results.map((one) => one.verdict));
  return { outcome: mostTelling(results, verdict), expected, verdict, target, rule, byProtocol };
}

/** The outcome that made the verdict; `reached` only where nothing else was seen. */
export function mostTelling(
  results: readonly Pick<ProtocolResult, 'outcome' | 'verdict'>[],
  verdict: Verdict,
): Outcome {
  const decisive = results.filter((one) => one.verdict === verdict && one.outcome !== 'reached');
  const others = results.filter((one) => one.outcome !== 'reached');
  const candidates = decisive.length > 0 ? decisive : others;
  return tellingOutcome(candidates.map((one) => one.outcome));
}

/** The most telling of several outcomes; `reached` only where nothing else was seen. */
export function tellingOutcome(outcomes: readonly Outcome[]): Outcome {
  return telling.find((outcome) => outcomes.includes(outcome)) ?? 'reached';
}
