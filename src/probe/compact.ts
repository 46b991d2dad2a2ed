import type { Report, Seen, SenderResult } from './protocol.ts';
import { seenFields } from './protocol.ts';

/** Words that come again and again, each kept once. */
function createWords() {
  const numbers = new Map<string, number>();
  const words: string[] = [];
  const numberOf = (word: string): number => {
    const known = numbers.get(word);
    if (known !== undefined) return known;
    numbers.set(word, words.length);
    return words.push(word) - 1;
  };
  return { word: (number: number) => words[number] ?? '', numberOf };
}

/** A number for each probe, in one block that grows; 0 for those that were not given any. */
function createNumbers() {
  let block = new Uint32Array(1024);
  const reach = (length: number) => {
    if (length <= block.length) return;
    const larger = new Uint32Array(Math.max(length, block.length * 2));
    larger.set(block);
    block = larger;
  };
  return {
    at: (probe: number) => block[probe] ?? 0,
    set: (probe: number, value: number) => {
      reach(probe + 1);
      block[probe] = value;
    },
    setAll: (first: number, values: Uint32Array) => {
      reach(first + values.length);
      block.set(values, first);
    },
  };
}

const textOf = (address: number) =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

/** What an agent says of such an answer. */
export const echoReply = 'echo reply';

/** Probes that were answered at the first try over ICMP: eight bytes each. */
export function createSwept() {
  const took = createNumbers();
  const addresses = createNumbers();
  const patterns = new Map<string, Uint32Array>();
  const answer = (probe: number) => {
    const us = took.at(probe);
    return us === 0 ? null : { rttMs: us / 1000, address: textOf(addresses.at(probe)) };
  };
  return {
    take: (machine: string, report: Extract<Report, { op: 'swept' }>) => {
      const key = `${report.pattern} ${machine}`;
      const pattern = report.addresses ?? patterns.get(key);
      if (pattern === undefined) return;
      patterns.set(key, pattern);
      took.setAll(report.first, report.took);
      addresses.setAll(report.first, pattern);
    },
    /** How long the answer took, and the address that gave it; null where it was not answered at once. */
    answer,
    result: (probeId: number): SenderResult | undefined => {
      const answered = answer(probeId);
      if (answered === null) return undefined;
      const { rttMs, address } = answered;
      const said = { outcome: 'answered', detail: echoReply, local: null, answererTag: null } as const;
      return { probeId, addresses: [address], attempts: [{ n: 1, ...said, rttMs, address }] };
    },
  };
}

/** Results of which many are the same: four bytes each. */
export function createAlike() {
  const results: Omit<SenderResult, 'probeId'>[] = [];
  const known = new Map<string, number>();
  const byProbe = createNumbers();
  return {
    take: (report: Extract<Report, { op: 'alike' }>) => {
      const numbers = report.results.map((result) => {
        const key = JSON.stringify(result);
        const number = known.get(key) ?? results.push(result);
        known.set(key, number);
        return number;
      });
      for (let at = 0; at < report.rows.length; at += 2) {
        byProbe.set(report.rows[at] ?? 0, numbers[report.rows[at + 1] ?? 0] ?? 0);
      }
    },
    result: (probeId: number): SenderResult | undefined => {
      const result = results[byProbe.at(probeId) - 1];
      return result === undefined ? undefined : { probeId, ...result };
    },
  };
}

/** Rows of whole numbers below 2^32, in one block that grows. */
function createRows(fields: number) {
  let block = new Uint32Array(1024 * fields);
  let length = 0;
  return {
    /** Gives the new row's number. */
    push: (...row: readonly number[]) => {
      if ((length + 1) * fields > block.length) {
        const larger = new Uint32Array(block.length * 2);
        larger.set(block);
        block = larger;
      }
      block.set(row, length * fields);
      length += 1;
      return length - 1;
    },
    at: (row: number, field: number) => block[row * fields + field] ?? 0,
  };
}

/** What arrived. The first time over ICMP, of which there are most: eight bytes; others 24, chained by probe. */
export function createSeen() {
  const words = createWords();
  const rows = createRows(6);
  const latest = new Map<number, number>();
  const none = 0xffffffff;
  const firstTag = createNumbers();
  const firstSource = createNumbers();

  const push = (probe: number, ...row: readonly number[]) => {
    latest.set(probe, rows.push(latest.get(probe) ?? none, ...row));
  };
  return {
    take: (report: Extract<Report, { op: 'seen' }>) => {
      const known = report.words.map(words.numberOf);
      for (let at = 0; at < report.rows.length; at += seenFields) {
        const [probe = 0, attempt = 0, via = 0, tag = 0, source = 0, lagMs = 0] = report.rows.slice(
          at,
          at + seenFields,
        );
        const word = (number: number) => known[number] ?? 0;
        push(probe, attempt, word(via), word(tag), word(source), lagMs);
      }
    },
    takeFirst: ({ tag, probes, sources }: Extract<Report, { op: 'arrived' }>) => {
      const number = words.numberOf(tag);
      for (let at = 0; at < probes.length; at += 1) {
        const [probe = 0, source = 0] = [probes[at], sources[at]];
        const before = firstTag.at(probe);
        if (before === 0) {
          firstTag.set(probe, number + 1);
          firstSource.set(probe, source);
        } else if (before !== number + 1) {
          push(probe, 1, words.numberOf('icmp'), number, words.numberOf(textOf(source)), 0);
        }
      }
    },
    /** Whether it arrived at the first try over ICMP, there and nowhere else, and nothing else did. */
    onlyFirst: (probeId: number, tag: string): boolean => {
      const first = firstTag.at(probeId);
      return first !== 0 && words.word(first - 1) === tag && !latest.has(probeId);
    },
    /** In the order in which they were reported, but what arrived first over ICMP first. */
    of: (probeId: number, attempt: number): readonly Seen[] => {
      const found: Seen[] = [];
      for (let row = latest.get(probeId) ?? none; row !== none; row = rows.at(row, 0)) {
        if (rows.at(row, 1) !== attempt) continue;
        const [via, tag, source] = [2, 3, 4].map((field) => words.word(rows.at(row, field)));
        if (via === undefined || tag === undefined || source === undefined) continue;
        found.unshift({ probeId, attempt, via: via as Seen['via'], tag, source, lagMs: rows.at(row, 5) });
      }
      const first = firstTag.at(probeId);
      if (attempt === 1 && first !== 0) {
        const [tag, source] = [words.word(first - 1), textOf(firstSource.at(probeId))];
        found.unshift({ probeId, attempt, via: 'icmp', tag, source, lagMs: 0 });
      }
      return found;
    },
  };
}
