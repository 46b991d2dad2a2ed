import type { Report, SenderAttempt, SenderOutcome, SenderResult } from './protocol.ts';
import { seenFields } from './protocol.ts';

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

/** Rows of so many numbers; which of the fields are places in `words`. */
function areRows(rows: unknown, fields: number, wordFields: readonly number[], words: unknown): rows is number[] {
  if (!Array.isArray(words) || !Array.isArray(rows) || rows.length % fields !== 0) return false;
  return rows.every(
    (value: unknown, at) =>
      typeof value === 'number' &&
      value >= 0 &&
      (!wordFields.includes(at % fields) || typeof words[value] === 'string'),
  );
}

/** Numbers of 32 bits, low byte first, in base64; the same here. */
function numbersOf(text: unknown): Uint32Array {
  if (typeof text !== 'string') throw new Error('no numbers');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 4 !== 0) throw new Error('no whole numbers');
  const numbers = new Uint32Array(bytes.length / 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < numbers.length; at += 1) numbers[at] = view.getUint32(at * 4, true);
  return numbers;
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

function parseSwept(message: { first: unknown; took: unknown; pattern: unknown; addresses?: unknown }): Report | null {
  const { first, pattern } = message;
  const took = numbersOf(message.took);
  const addresses = message.addresses === undefined ? null : numbersOf(message.addresses);
  if (typeof first !== 'number' || !(first >= 0) || typeof pattern !== 'number') return null;
  return addresses === null || addresses.length === took.length
    ? { op: 'swept', first, took, pattern, addresses }
    : null;
}

function parseArrived(message: { tag: unknown; probes: unknown; sources: unknown }): Report | null {
  const [probes, sources] = [numbersOf(message.probes), numbersOf(message.sources)];
  if (typeof message.tag !== 'string' || probes.length !== sources.length) return null;
  return { op: 'arrived', tag: message.tag, probes, sources };
}

function parseAlike(word: string): Omit<SenderResult, 'probeId'> {
  const [addresses, attempts] = JSON.parse(word) as [string[], WireAttempt[]];
  return { addresses, attempts: attempts.map(parseAttempt) };
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
      case 'swept':
        return parseSwept(message);
      case 'alike':
        return areRows(message.rows, 2, [1], message.words)
          ? { op: 'alike', results: message.words.map(parseAlike), rows: message.rows }
          : null;
      case 'arrived':
        return parseArrived(message);
      case 'seen':
        return areRows(message.rows, seenFields, [2, 3, 4], message.words) ? message : null;
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
