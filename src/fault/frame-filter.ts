import { parseSubnet } from '../plan/ipv4.ts';

/**
 * Programs of the classic BPF machine (kernel Documentation/networking/filter.rst) for tc's `bpf da`: they look at whole
 * Ethernet frames, also at those of macvlan containers, which no rule of iptables on the node ever sees.
 */
interface Instruction {
  code: number;
  /** Where to go on: a label, or so many instructions further. */
  onTrue?: Label | number;
  onFalse?: Label | number;
  /** A number, or for `always` a label. */
  value: number | Label;
}
type Label = 'drop' | 'pass' | 'next' | 'arp' | 'hit';

const loadWord = 0x20;
const loadHalf = 0x28;
const loadByte = 0x30;
const loadLength = 0x80;
const equals = 0x15;
const greater = 0x25;
const atLeast = 0x35;
const anyBit = 0x45;
const and = 0x54;
const always = 0x05;
const give = 0x06;
/** TC_ACT_SHOT and TC_ACT_UNSPEC, with which the next filter has its turn (linux/pkt_cls.h). */
const verdicts = { drop: 2, pass: 0xffffffff } as const;
/** SKF_AD_OFF + SKF_AD_RANDOM (linux/filter.h): a random word. */
const random = 0xfffff038;
const ipv4 = 0x0800;
const arp = 0x0806;
const ethernetHeader = 14;

/** Whose address counts: who sent the frame, or whom it is for. Offsets of RFC 791 and RFC 826 behind the Ethernet header. */
const addressOffsets = { source: { ipv4: 26, arp: 28 }, target: { ipv4: 30, arp: 38 } } as const;
export type Side = keyof typeof addressOffsets;

/** Frames whose IP packet is larger than `bytes` are dropped, and nobody is told: a path's MTU without its ICMP. */
export function longFrames(bytes: number): string {
  return assemble([load(loadLength, 0), jump(greater, bytes + ethernetHeader, 'drop', 'pass')], {});
}

/** Drops that share of the frames, all of them or those of the given subnets (CIDR). */
export function someFrames(percent: number, side: Side, subnets: readonly string[]): string {
  const share = Math.round((percent / 100) * 2 ** 32);
  const chance = percent >= 100 ? [] : [load(loadWord, random), jump(atLeast, share, 'pass', 'next')];
  const last = [...chance, { code: give, value: verdicts.drop }];
  return subnets.length === 0 ? assemble(last, {}) : assemble(last, { before: belonging(side, subnets) });
}

/** Drops what has its source in one of the subnets (CIDR), ARP included. */
export function framesFrom(subnets: readonly string[]): string {
  return someFrames(100, 'source', subnets);
}

/** Drops unicast frames that are for no MAC but the given one: what a virtual switch does whose port may not be promiscuous. */
export function foreignFrames(mac: string): string {
  const octets = mac.split(':').map((octet) => Number.parseInt(octet, 16));
  const number = (bytes: readonly number[]) => bytes.reduce((value, byte) => value * 256 + byte, 0);
  return assemble(
    [
      load(loadByte, 0),
      jump(anyBit, 1, 'pass', 'next'),
      load(loadWord, 0),
      jump(equals, number(octets.slice(0, 4)), 'next', 'drop'),
      load(loadHalf, 4),
      jump(equals, number(octets.slice(4)), 'pass', 'drop'),
    ],
    {},
  );
}

/** Goes on behind itself for frames of the subnets, and lets all others pass. */
function belonging(side: Side, subnets: readonly string[]): readonly (Instruction | Label)[] {
  const { ipv4: inIp, arp: inArp } = addressOffsets[side];
  const compare = (offset: number) =>
    subnets.map(parseSubnet).flatMap(({ base, prefixLength }) => [
      load(loadWord, offset),
      ...(prefixLength === 32 ? [] : [{ code: and, value: (0xffffffff << (32 - prefixLength)) >>> 0 }]),
      // A conditional jump has one octet for how far, `always` has four.
      jump(equals, base, 'next', 1),
      { code: always, value: 'hit' as const },
    ]);
  const leave = { code: give, value: verdicts.pass };
  return [
    load(loadHalf, 12),
    jump(equals, ipv4, 1, 'next'),
    { code: always, value: 'arp' },
    ...compare(inIp),
    leave,
    'arp',
    jump(equals, arp, 1, 'next'),
    { code: always, value: 'pass' },
    ...compare(inArp),
    leave,
    'hit',
  ];
}

function load(code: number, value: number): Instruction {
  return { code, value };
}

function jump(code: number, value: number, onTrue: Label | number, onFalse: Label | number): Instruction {
  return { code, value, onTrue, onFalse };
}

/** Text as `tc filter ... bpf bytecode` reads it: the number of instructions, then `code jt jf k` of each. */
function assemble(
  body: readonly Instruction[],
  { before = [] }: { before?: readonly (Instruction | Label)[] },
): string {
  const places = new Map<Label, number>();
  const instructions: Instruction[] = [];
  for (const each of [...before, ...body]) {
    if (typeof each === 'string') places.set(each, instructions.length);
    else instructions.push(each);
  }
  for (const end of ['drop', 'pass'] as const) {
    places.set(end, instructions.length);
    instructions.push({ code: give, value: verdicts[end] });
  }
  const distance = (to: Label | number | undefined, index: number) => {
    if (typeof to === 'number') return to;
    return to === undefined || to === 'next' ? 0 : (places.get(to) ?? 0) - index - 1;
  };
  const lines = instructions.map(({ code, value, onTrue, onFalse }, index) =>
    [code, distance(onTrue, index), distance(onFalse, index), distance(value, index)].join(' '),
  );
  return [`${lines.length}`, ...lines].join(',');
}
