import { parseDuration } from '../core/duration.ts';
import { type Problem, wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import type { LabPlan } from '../plan/types.ts';
import { engineActions, type Fault, type FaultKind, faultKinds } from './types.ts';

/** `swarmlab fault add KIND WORD... --on --from --direction`, as it was typed. */
export interface FaultRequest {
  kind: string;
  words: readonly string[];
  on: string | null;
  from: string | null;
  direction: string | null;
}

/** How each kind is typed; what it does is in docs/faults.md. */
export const faultUsage: Readonly<Record<FaultKind, string>> = {
  block: 'block PORT/tcp|PORT/udp|esp|icmp --on NODE [--from NODE,NODE] [--direction in|out|both]',
  partition: 'partition NODE[,NODE] NODE[,NODE]',
  drop: 'drop SHARE% --on NODE [--from NODE,NODE]',
  delay: 'delay DURATION --on NODE',
  mtu: 'mtu BYTES --on NODE',
  engine: 'engine stop|kill|pause --on NODE',
  'neighbour-table': 'neighbour-table ENTRIES',
  'duplicate-address': 'duplicate-address CONTAINER CONTAINER',
  'wrong-advertise': 'wrong-advertise NODE',
  'filter-macs': 'filter-macs [--on NODE]',
  'no-dns': 'no-dns --on NODE, or no-dns CONTAINER',
  'link-down': 'link-down --on NODE',
  clock: 'clock DURATION --on NODE',
};

/** The fault that is meant. Throws wrong input with everything that is wrong at once. Pure. */
export function readFault(request: FaultRequest, plan: LabPlan): Fault {
  const kind = faultKinds.find((each) => each === request.kind);
  if (kind === undefined) throw unknownKind(request.kind);
  const reader = createReader(request, plan, kind);
  const fault = read(kind, reader);
  const { problems } = reader;
  const [first] = problems;
  if (first === undefined && fault !== null) return fault;
  if (first === undefined) throw new Error(`fault ${kind} was not read, and nothing is wrong with it`);
  const hint = `swarmlab fault add ${faultUsage[kind]}`;
  if (problems.length === 1) throw wrongInput(first.code, first.message, problems, first.hint ?? hint);
  throw wrongInput('fault.wrong', `fault ${kind} has ${problems.length} mistakes`, problems, hint);
}

function read(kind: FaultKind, reader: Reader): Fault | null {
  switch (kind) {
    case 'block': {
      const [what] = reader.words(1, 'a port or protocol, such as 4789/udp or icmp');
      const target = what === undefined ? null : reader.target(what);
      const direction = reader.direction();
      const from = reader.from();
      const node = reader.on();
      if (target === null || node === null) return null;
      return { kind, node, ...target, from, direction };
    }
    case 'partition': {
      const [left, right] = reader.words(2, 'two sets of nodes, such as m1 w1,w2').map((word) => reader.nodes(word));
      reader.only();
      if (left === undefined || right === undefined) return null;
      const both = left.find((node) => right.includes(node));
      if (both !== undefined) reader.wrong(`${both} is on both sides`, 'each node on one side');
      return { kind, left, right };
    }
    case 'drop': {
      const [share] = reader.words(1, 'a share, such as 30%');
      const percent = share === undefined ? null : reader.percent(share);
      const from = reader.from();
      const node = reader.on();
      reader.only('on', 'from');
      return percent === null || node === null ? null : { kind, percent, node, from };
    }
    case 'delay':
    case 'clock': {
      const [time] = reader.words(1, 'a duration, such as 200ms or 2h');
      const timeMs = time === undefined ? null : reader.duration(time);
      const node = reader.on();
      reader.only('on');
      if (timeMs === null || node === null) return null;
      return kind === 'delay' ? { kind, delayMs: timeMs, node } : { kind, skewMs: timeMs, node };
    }
    case 'mtu':
    case 'neighbour-table': {
      const what = kind === 'mtu' ? 'bytes, from 68 to 9000' : 'how many entries, from 1 to 1000000';
      const [text] = reader.words(1, what);
      const [least, most] = kind === 'mtu' ? [68, 9_000] : [1, 1_000_000];
      const number = text === undefined ? null : reader.number(text, least, most);
      if (kind === 'neighbour-table') {
        reader.only();
        return number === null ? null : { kind, entries: number };
      }
      const node = reader.on();
      reader.only('on');
      return number === null || node === null ? null : { kind, bytes: number, node };
    }
    case 'engine': {
      const [word] = reader.words(1, engineActions.join(', '));
      const action = engineActions.find((each) => each === word);
      if (word !== undefined && action === undefined) reader.choice(word, engineActions);
      const node = reader.on();
      if (node !== null) reader.withEngine(node);
      reader.only('on');
      return action === undefined || node === null ? null : { kind, action, node };
    }
    case 'duplicate-address': {
      const [first, second] = reader.words(2, 'two containers, such as m1/web w1/db');
      reader.only();
      if (first !== undefined && first === second) reader.wrong('both containers are the same', 'two different ones');
      return first === undefined || second === undefined ? null : { kind, first, second };
    }
    case 'wrong-advertise': {
      const [word] = reader.words(1, 'a node');
      reader.only();
      const node = word === undefined ? null : reader.node(word);
      if (node !== null) reader.withEngine(node);
      return node === null ? null : { kind, node };
    }
    case 'filter-macs': {
      reader.words(0, 'nothing');
      reader.only('on');
      return { kind, nodes: reader.maybeOn() };
    }
    case 'no-dns': {
      reader.only('on');
      const [container] = reader.words(reader.isOn ? 0 : 1, 'a container, or --on NODE');
      if (container !== undefined) return { kind, at: { kind: 'container', container } };
      const node = reader.isOn ? reader.on() : null;
      return node === null ? null : { kind, at: { kind: 'node', node } };
    }
    case 'link-down': {
      reader.words(0, 'nothing');
      const node = reader.on();
      reader.only('on');
      return node === null ? null : { kind, node };
    }
    default:
      return kind satisfies never;
  }
}

type Reader = ReturnType<typeof createReader>;

/** Reads parts of a request, and remembers what is wrong with them. */
function createReader(request: FaultRequest, plan: LabPlan, kind: FaultKind) {
  const problems: Problem[] = [];
  const names = plan.nodes.map(({ name }) => name);
  const wrong = (message: string, hint?: string) => {
    problems.push({ code: 'fault.wrong', message, ...(hint === undefined ? {} : { hint }) });
  };
  const choice = (word: string, known: readonly string[]) => {
    const near = nearMiss(word, known);
    wrong(
      `${JSON.stringify(word)} is none of ${known.join(', ')}`,
      near === null ? undefined : `did you mean ${near}?`,
    );
  };
  const node = (word: string): string | null => {
    if (names.includes(word)) return word;
    const near = nearMiss(word, names);
    const hint = near === null ? `it has ${names.join(', ')}` : `did you mean ${near}?`;
    problems.push({ code: 'node.unknown', message: `lab ${plan.lab} has no node ${JSON.stringify(word)}`, hint });
    return null;
  };
  const nodes = (text: string) => [...new Set(text.split(',').flatMap((word) => node(word.trim()) ?? []))];
  return {
    problems,
    wrong,
    choice,
    node,
    nodes,
    isOn: request.on !== null,
    words(count: number, what: string): readonly string[] {
      const { words } = request;
      if (words.length < count) wrong(`fault ${kind} needs ${what}`);
      for (const word of words.slice(count)) wrong(`fault ${kind} does not take ${JSON.stringify(word)}`);
      return words.slice(0, count);
    },
    on(): string | null {
      if (request.on !== null) return node(request.on);
      wrong(`fault ${kind} needs --on NODE`, `--on ${names.join(', --on ')}`);
      return null;
    },
    maybeOn(): readonly string[] {
      return request.on === null ? [] : nodes(request.on);
    },
    from(): readonly string[] {
      return request.from === null ? [] : nodes(request.from);
    },
    direction() {
      const known = ['in', 'out', 'both'] as const;
      const found = known.find((each) => each === (request.direction ?? 'both'));
      if (found === undefined) choice(request.direction ?? '', known);
      return found ?? 'both';
    },
    /** No option but these. */
    only(...options: readonly ('on' | 'from')[]) {
      for (const option of ['on', 'from', 'direction'] as const) {
        if (request[option] !== null && !(options as readonly string[]).includes(option))
          wrong(`fault ${kind} takes no --${option}`);
      }
    },
    withEngine(name: string) {
      if (plan.nodes.find((each) => each.name === name)?.containerPool === null)
        problems.push({
          code: 'node.no-engine',
          message: `${name} has no Docker Engine`,
          hint: 'managers and workers have one',
        });
    },
    target(text: string): { protocol: 'tcp' | 'udp' | 'esp' | 'icmp'; port: number | null } | null {
      if (text === 'esp' || text === 'icmp') return { protocol: text, port: null };
      const match = /^(\d{1,5})\/(tcp|udp)$/.exec(text);
      const port = Number(match?.[1]);
      if (match !== null && port >= 1 && port <= 65_535) return { protocol: match[2] === 'tcp' ? 'tcp' : 'udp', port };
      wrong(`${JSON.stringify(text)} is no port or protocol`, 'such as 4789/udp, 80/tcp, esp or icmp');
      return null;
    },
    percent(text: string): number | null {
      const percent = Number(/^(\d{1,3}(?:\.\d+)?)%?$/.exec(text)?.[1]);
      if (percent > 0 && percent <= 100) return percent;
      wrong(`${JSON.stringify(text)} is no share`, 'more than 0% and at most 100%, such as 30%');
      return null;
    },
    number(text: string, least: number, most: number): number | null {
      const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      if (number >= least && number <= most) return number;
      wrong(`${JSON.stringify(text)} is no number from ${least} to ${most}`);
      return null;
    },
    duration(text: string): number | null {
      const durationMs = parseDuration(text);
      if (durationMs === null) wrong(`${JSON.stringify(text)} is no duration`, 'such as 200ms, 90s or 2h, at most 24h');
      return durationMs;
    },
  };
}

function unknownKind(kind: string) {
  const near = nearMiss(kind, faultKinds);
  const hint = near === null ? `there is: ${faultKinds.join(', ')}` : `did you mean ${near}?`;
  return wrongInput('fault.unknown-kind', `there is no fault ${JSON.stringify(kind)}`, [], hint);
}
