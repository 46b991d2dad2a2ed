import { contains, parseAddress, parseSubnet } from '../plan/ipv4.ts';
import type { RuleTexts } from './witness-protocol.ts';

/** A rule of a node's firewall that drops or refuses, or a chain's policy that does. */
export interface DropRule {
  /** `filter`, … with the backend where that is not the usual one. */
  table: string;
  chain: string;
  /** As its own program prints it, without counters. */
  text: string;
  /** Packets that it counted; null where it does not count. */
  packets: number | null;
}

/** A rule that counted packets while a pair was probed. */
export interface CountedRule extends Omit<DropRule, 'packets'> {
  counted: number;
}

/** What packets may look like at a rule. An empty list is anything. */
export interface Flow {
  protocol: 'icmp' | 'tcp' | 'udp' | 'esp';
  from: readonly string[];
  to: readonly string[];
  /** Of either end: answers have them turned round. */
  ports: readonly number[];
}

/** Every rule that drops or refuses, of all that a node printed. Total. */
export function parseDropRules({ iptables, legacy, nft }: RuleTexts): readonly DropRule[] {
  return [...parseIptables(iptables, ''), ...parseIptables(legacy, 'legacy '), ...parseNft(nft)];
}

/** Lines of iptables-save(8) with `-c`. */
function parseIptables(text: string, backend: string): readonly DropRule[] {
  const rules: DropRule[] = [];
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = `${backend}${line.slice(1).trim()}`;
    const policy = /^:(\S+) DROP \[(\d+):\d+\]/.exec(line);
    if (policy !== null) {
      const [, chain = '', packets = '0'] = policy;
      rules.push({ table, chain, text: `-P ${chain} DROP`, packets: Number(packets) });
    }
    const rule = /^\[(\d+):\d+\] (-A (\S+) .*-j (?:DROP|REJECT).*)$/.exec(line);
    if (rule === null) continue;
    const [, packets = '0', rest = '', chain = ''] = rule;
    rules.push({ table, chain, text: rest, packets: Number(packets) });
  }
  return rules;
}

/** Tables of `nft list ruleset` that iptables does not look after: it marks its own with a warning. */
function parseNft(text: string): readonly DropRule[] {
  const rules: DropRule[] = [];
  let table = '';
  let chain = '';
  let foreign = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('# Warning: table') && line.includes('iptables-nft')) foreign = true;
    const opened = /^table (\S+) (\S+) \{/.exec(line);
    if (opened !== null) table = `nft ${opened[1]} ${opened[2]}`;
    else if (line.startsWith('chain ')) chain = line.split(' ')[1] ?? '';
    else if (raw === '}') foreign = false;
    else if (/\b(drop|reject)\b/.test(line) && !foreign && !line.startsWith('#')) {
      const policy = /policy drop/.test(line);
      const packets = /counter packets (\d+)/.exec(line)?.[1];
      const text = policy ? 'policy drop' : line.replace(/counter packets \d+ bytes \d+ /, '');
      rules.push({ table, chain, text, packets: packets === undefined ? null : Number(packets) });
    }
  }
  return rules;
}

/** Which of them counted between two looks. A rule that is new counts from nothing. */
export function countedRules(before: readonly DropRule[], after: readonly DropRule[]): readonly CountedRule[] {
  const key = ({ table, chain, text }: DropRule) => `${table}\n${chain}\n${text}`;
  const earlier = new Map<string, number>();
  // Of rules that are alike, all are counted together.
  for (const rule of before) earlier.set(key(rule), (earlier.get(key(rule)) ?? 0) + (rule.packets ?? 0));
  const counted = new Map<string, CountedRule>();
  for (const rule of after) {
    const { packets, ...same } = rule;
    const known = counted.get(key(rule));
    const since = known === undefined ? (earlier.get(key(rule)) ?? 0) : 0;
    counted.set(key(rule), { ...same, counted: (known?.counted ?? 0) + (packets ?? 0) - since });
  }
  return [...counted.values()].filter((rule) => rule.counted > 0);
}

/** Whether a rule may speak of such packets: what its text does not say, or says in words that are not known here, may be. */
export function mayConcern({ text }: Pick<DropRule, 'text'>, flow: Flow): boolean {
  if (text.startsWith('-P ')) return true;
  if (!text.startsWith('-A ')) return nftMayConcern(text, flow);
  const protocol = optionValue(text, '-p');
  if (protocol !== null && !sameProtocol(protocol, flow.protocol)) return false;
  if (!addressMayBe(optionValue(text, '-s'), flow.from) || !addressMayBe(optionValue(text, '-d'), flow.to))
    return false;
  const ports = [optionValue(text, '--dport'), optionValue(text, '--sport')].filter((port) => port !== null);
  return flow.ports.length === 0 || ports.every((port) => portMayBe(port, flow.ports));
}

/** A command that shows the chain that the rule is in. */
export function listingOf({ table, chain }: Pick<DropRule, 'table' | 'chain'>): readonly string[] {
  const [backend = '', ...rest] = table.split(' ');
  return backend === 'nft' ? ['nft', '-a', 'list', 'chain', ...rest, chain] : [...inTable(table), '-S', chain];
}

/** A command that takes the rule away; for what no single command takes away, one that shows it. */
export function removalOf(rule: Pick<DropRule, 'table' | 'chain' | 'text'>): readonly string[] {
  const { table, text } = rule;
  return text.startsWith('-A ') ? [...inTable(table), '-D', ...wordsOf(text).slice(1)] : listingOf(rule);
}

function inTable(table: string): readonly string[] {
  const [name = table, backend] = table.split(' ').toReversed();
  return [backend === 'legacy' ? 'iptables-legacy' : 'iptables', '-t', name];
}

/** As a shell would take them: iptables-save(8) puts what has blanks in double quotes, with backslashes before those within. */
function wordsOf(text: string): readonly string[] {
  const quoted = /"((?:[^"\\]|\\.)*)"|(\S+)/g;
  return [...text.matchAll(quoted)].map(([, inside, bare]) => bare ?? inside?.replaceAll(/\\(.)/g, '$1') ?? '');
}

/** Whether it names neither a protocol nor a port: it is about who sends or gets, whatever it is. */
export function isAboutEverything({ text }: Pick<DropRule, 'text'>): boolean {
  return text.startsWith('-A ') && !/ -p | --dport | --sport | -m (?!comment)/.test(text);
}

/** Whether the rule takes a share of what it matches. */
export function isByChance({ text }: Pick<DropRule, 'text'>): boolean {
  return /-m statistic|numgen random/.test(text);
}

/** Whether it looks at packets' lengths. */
export function isByLength({ text }: Pick<DropRule, 'text'>): boolean {
  return /-m length|meta length|ip length/.test(text);
}

function nftMayConcern(text: string, { protocol, ports }: Flow): boolean {
  const named = /\b(tcp|udp|icmp|esp)\b/.exec(text)?.[1];
  if (named !== undefined && named !== protocol) return false;
  const port = /[ds]port (\d+)/.exec(text)?.[1];
  return port === undefined || ports.length === 0 || ports.includes(Number(port));
}

/** An option's value; null where it is not there, or said not to be. */
function optionValue(text: string, option: string): string | null {
  const words = text.split(' ');
  const at = words.indexOf(option);
  return at < 0 || words[at - 1] === '!' ? null : (words[at + 1] ?? null);
}

const numbers: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '50': 'esp', all: 'all' };

function sameProtocol(text: string, protocol: string): boolean {
  const name = numbers[text] ?? text;
  return name === 'all' || name === protocol;
}

function addressMayBe(text: string | null, addresses: readonly string[]): boolean {
  if (text === null || addresses.length === 0) return true;
  if (!/^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(text)) return true;
  const subnet = parseSubnet(text.includes('/') ? text : `${text}/32`);
  return addresses.some((address) => contains(subnet, parseAddress(address)));
}

function portMayBe(text: string, ports: readonly number[]): boolean {
  const [first = 0, last = first] = text.split(':').map(Number);
  return ports.some((port) => port >= first && port <= last);
}
