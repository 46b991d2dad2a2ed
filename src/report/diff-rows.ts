import type {
  Difference,
  ForetoldDifference,
  ProbeDifference,
  ProtocolDifference,
  RingDifference,
} from '../verdict/diff-types.ts';
import type { Reachability } from '../verdict/reachability.ts';
import type { DriverResult } from '../verdict/types.ts';
import { ringName } from './scope-words.ts';
import { list } from './words.ts';

/** One line of the comparison's table. */
export interface Row {
  /** The heading that it stands under; differences of one group follow each other. */
  group: string;
  /** The heading below that, of an experiment's step. */
  step: string | null;
  label: string;
  a: string;
  b: string;
}

const reachabilityWords: Readonly<Record<Reachability, string>> = {
  reached: 'reached',
  'not-reached': 'not reached',
  refused: 'refused',
  'no-name': 'no name',
  'wrong-responder': 'wrong responder',
  'one-way': 'one-way',
  'not-measured': 'not measured',
};

const verdictWords: Readonly<Record<DriverResult['verdict'], string>> = {
  'as-expected': 'as expected',
  differs: 'DIFFERS',
  'not-measured': 'not measured',
  skipped: 'skipped',
};

/** What is to be shown of differences that are not missing on one side; cells that differ alike share a row. */
export function diffRows(differences: readonly Difference[]): readonly Row[] {
  const folded = new Map<string, { row: Row; places: Set<string>; label: Label }>();
  const rows: (Row | string)[] = [];
  const fold = (key: readonly unknown[], row: Omit<Row, 'label'>, label: Label, place: string) => {
    const text = JSON.stringify([key, row]);
    if (!folded.has(text)) {
      folded.set(text, { row: { ...row, label: '' }, places: new Set(), label });
      rows.push(text);
    }
    folded.get(text)?.places.add(place);
  };
  for (const difference of foldNames(differences)) {
    switch (difference.kind) {
      case 'ring': {
        const { subject: group, ring, direction, bys, protocols } = difference;
        for (const { names, a, b } of alike(protocols)) {
          const label: Label = (places) => `${direction === 'out' ? 'to' : 'from'} ${places} ${bys}${names}`;
          fold([direction, bys, names], { group, step: null, a, b }, label, ringName(ring));
        }
        break;
      }
      case 'probe': {
        const { from, to, protocols, step } = difference;
        const how = step === null ? '' : ` ${howOf(difference)}`;
        const group = step === null ? titled(difference.subject) : difference.subject;
        for (const { names, a, b } of alike(protocols)) {
          const label: Label = (places) => `${from} -> ${places}${how}${names}`;
          fold([from, how, names], { group, step: stepTitle(step), a, b }, label, to);
        }
        break;
      }
      case 'foretold': {
        const { subject: group, step, from, to, protocols } = difference;
        for (const { names, a, b, rules } of alikeForetold(protocols)) {
          const how = howOf(difference);
          const label: Label = (places) => `${from} -> ${places} ${how}${names}${rules}`;
          fold([from, how, names, rules], { group, step: stepTitle(step), a, b }, label, to);
        }
        break;
      }
      case 'check': {
        const { subject: group, step, of, a, b } = difference;
        const word = ({ verdict, seen }: typeof a) => {
          if (verdict === 'not-measured' || a.seen === b.seen) return verdictWords[verdict];
          return `${seen}${a.verdict !== b.verdict && verdict === 'differs' ? ' !' : ''}`;
        };
        rows.push({ group, step: stepTitle(step), label: of, a: word(a), b: word(b) });
        break;
      }
      case 'declared-scope':
        rows.push({ ...valueRow(difference), label: 'what Docker says' });
        break;
      case 'verdict': {
        const word = (verdict: string | null) => verdictWords[verdict as DriverResult['verdict']] ?? verdict;
        const { a, b } = difference;
        rows.push({ ...valueRow(difference), label: 'verdict', a: word(a), b: word(b) });
        break;
      }
      case 'skipped':
        rows.push({ ...valueRow(difference), label: 'neither measured' });
        break;
      case 'failure':
        rows.push({ ...valueRow(difference), label: 'went no further' });
        break;
      case 'node':
        rows.push({ ...valueRow(difference), group: 'Containers', label: `${difference.subject} runs on` });
        break;
      case 'networks':
        rows.push({ ...valueRow(difference), group: 'Containers', label: `${difference.subject} is on` });
        break;
      case 'missing':
        break;
      default:
        difference satisfies never;
    }
  }
  return rows.flatMap((row) => {
    if (typeof row !== 'string') return row;
    const found = folded.get(row);
    return found === undefined ? [] : { ...found.row, label: found.label(list([...found.places])) };
  });
}

type Label = (places: string) => string;

type NamedDifference = Exclude<Difference, RingDifference> | (Omit<RingDifference, 'by'> & { bys: string });

/** Rings that differ by name as they do by IP become one. */
function foldNames(differences: readonly Difference[]): readonly NamedDifference[] {
  const rings = new Map<string, NamedDifference>();
  const key = ({ subject, ring, direction, protocols }: RingDifference) =>
    JSON.stringify([subject, ring, direction, protocols]);
  for (const difference of differences) {
    if (difference.kind !== 'ring') continue;
    const { by, ...rest } = difference;
    const bys = rings.has(key(difference)) ? 'by name and IP' : by === 'ip' ? 'by IP' : 'by name';
    rings.set(key(difference), { ...rest, bys });
  }
  return differences.flatMap((difference) => {
    if (difference.kind !== 'ring') return difference;
    const found = rings.get(key(difference));
    rings.delete(key(difference));
    return found ?? [];
  });
}

/** Protocols that differ alike; they are named where they are not all three. */
function alike(protocols: readonly ProtocolDifference[]): readonly { names: string; a: string; b: string }[] {
  const groups = new Map<string, ProtocolDifference[]>();
  for (const one of protocols) groups.set(`${one.a} ${one.b}`, [...(groups.get(`${one.a} ${one.b}`) ?? []), one]);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const names = group.length === 3 ? '' : `, ${group.map(({ protocol }) => protocol).join(', ')}`;
    return { names, a: reachabilityWords[first.a], b: reachabilityWords[first.b] };
  });
}

/** Protocols of which the same was foretold and seen, with the rule that foretold it. */
function alikeForetold(protocols: ForetoldDifference['protocols']) {
  const kind = ({ a, b, rules }: ForetoldDifference['protocols'][number]) => JSON.stringify([a, b, rules]);
  return [...new Set(protocols.map(kind))].flatMap((one) => {
    const group = protocols.filter((each) => kind(each) === one);
    const [first] = group;
    if (first === undefined) return [];
    const names = group.length === 3 ? '' : `, ${group.map(({ protocol }) => protocol).join(', ')}`;
    const rules = [...new Set([first.rules.a, first.rules.b].filter((rule) => rule !== null))].join(', ');
    const plain = (word: string) => word.replaceAll('-', ' ').replace('one way', 'one-way');
    return { names, a: plain(first.a), b: plain(first.b), rules: ` (${rules})` };
  });
}

function howOf({ by, port }: Pick<ProbeDifference, 'by' | 'port'>): string {
  const words = { ip: 'by IP', name: 'by name', published: 'published' }[by];
  return port === null ? words : `${words}, port ${port}`;
}

function valueRow({ subject, step, a, b }: Extract<Difference, { a: string | null }>): Omit<Row, 'label'> {
  return { group: subject, step: stepTitle(step), a: a ?? '-', b: b ?? '-' };
}

function stepTitle(step: ProbeDifference['step']): string | null {
  return step === null ? null : `${step.index}. ${step.title}`;
}

const titled = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
