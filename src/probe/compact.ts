import type { Report, Seen, SenderResult } from './protocol.ts';
import { echoedFields, seenFields } from './protocol.ts';

/** Words that come again and again, each kept once. */
function createWords() {
  const numbers = new Map<string, number>();
  const words: string[] = [];
  return {
    word: (number: number) => words[number] ?? '',
    numbersOf: (some: readonly string[]) =>
      some.map((word) => {
        const known = numbers.get(word);
        if (known !== undefined) return known;
        numbers.set(word, words.length);
        return words.push(word) - 1;
      }),
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

/** Probes that were answered at once: 8 bytes each, and an entry in a map of numbers. */
export function createEchoed() {
  const words = createWords();
  const rows = createRows(2);
  const byProbe = new Map<number, number>();
  return {
    take: (report: Extract<Report, { op: 'echoed' }>) => {
      const known = words.numbersOf(report.words);
      for (let at = 0; at < report.rows.length; at += echoedFields) {
        const [probe = 0, rttUs = 0, address = 0] = report.rows.slice(at, at + echoedFields);
        byProbe.set(probe, rows.push(rttUs, known[address] ?? 0));
      }
    },
    result: (probeId: number): SenderResult | undefined => {
      const row = byProbe.get(probeId);
      if (row === undefined) return undefined;
      const address = words.word(rows.at(row, 1));
      const attempt = {
        n: 1,
        outcome: 'answered',
        detail: 'echo reply',
        rttMs: rows.at(row, 0) / 1000,
        local: null,
        answererTag: null,
        address,
      } as const;
      return { probeId, addresses: [address], attempts: [attempt] };
    },
  };
}

/** What arrived: 24 bytes each, chained by probe, and an entry for each probe in a map of numbers. */
export function createSeen() {
  const words = createWords();
  const rows = createRows(6);
  const latest = new Map<number, number>();
  const none = 0xffffffff;
  return {
    take: (report: Extract<Report, { op: 'seen' }>) => {
      const known = words.numbersOf(report.words);
      for (let at = 0; at < report.rows.length; at += seenFields) {
        const [probe = 0, attempt = 0, via = 0, tag = 0, source = 0, lagMs = 0] = report.rows.slice(
          at,
          at + seenFields,
        );
        const before = latest.get(probe) ?? none;
        const word = (number: number) => known[number] ?? 0;
        latest.set(probe, rows.push(before, attempt, word(via), word(tag), word(source), lagMs));
      }
    },
    /** In the order in which they were reported. */
    of: (probeId: number, attempt: number): readonly Seen[] => {
      const found: Seen[] = [];
      for (let row = latest.get(probeId) ?? none; row !== none; row = rows.at(row, 0)) {
        if (rows.at(row, 1) !== attempt) continue;
        const [via, tag, source] = [2, 3, 4].map((field) => words.word(rows.at(row, field)));
        if (via === undefined || tag === undefined || source === undefined) continue;
        found.unshift({ probeId, attempt, via: via as Seen['via'], tag, source, lagMs: rows.at(row, 5) });
      }
      return found;
    },
  };
}
