import { describe, expect, it } from 'vitest';
import type { LabError } from '../../src/core/errors.ts';
import { describeFault, exclusiveKey, nodesOf } from '../../src/fault/describe.ts';
import { type FaultRequest, faultUsage, readFault } from '../../src/fault/read-fault.ts';
import { type Fault, faultKinds } from '../../src/fault/types.ts';
import { labPlan } from '../experiment/lab-fixture.ts';

const plan = labPlan();

/** As typed: `block 4789/udp --on w1`. */
function request(line: string): FaultRequest {
  const words = line.split(' ').filter((word) => word !== '');
  const option = (name: string) => {
    const at = words.indexOf(`--${name}`);
    return at < 0 ? null : (words.splice(at, 2)[1] ?? null);
  };
  const [on, from, direction] = [option('on'), option('from'), option('direction')];
  const [kind = '', ...rest] = words;
  return { kind, words: rest, on, from, direction };
}

function refusal(line: string): LabError {
  try {
    readFault(request(line), plan);
  } catch (error) {
    return error as LabError;
  }
  throw new Error(`"${line}" was accepted`);
}

describe('a fault as it is typed', () => {
  const cases: readonly (readonly [line: string, fault: Fault, sentence: string])[] = [
    [
      'block 4789/udp --on w1',
      { kind: 'block', node: 'w1', protocol: 'udp', port: 4789, from: [], direction: 'both' },
      'w1 drops 4789/udp, both ways',
    ],
    [
      'block esp --on w1 --from m1,w2 --direction in',
      { kind: 'block', node: 'w1', protocol: 'esp', port: null, from: ['m1', 'w2'], direction: 'in' },
      'w1 drops ESP, inward, exchanged with m1 and w2',
    ],
    [
      'partition m1 w1,w2',
      { kind: 'partition', left: ['m1'], right: ['w1', 'w2'] },
      'm1 on one side, w1 and w2 on the other hear nothing of each other',
    ],
    [
      'drop 30% --on w1',
      { kind: 'drop', percent: 30, node: 'w1', from: [] },
      "30% of w1's packets are lost on the segment",
    ],
    ['delay 200ms --on w1', { kind: 'delay', delayMs: 200, node: 'w1' }, "packets on w1's cable take 200 ms longer"],
    [
      'mtu 1300 --on w1',
      { kind: 'mtu', bytes: 1300, node: 'w1' },
      "packets above 1300 bytes die silently on w1's cable",
    ],
    ['engine pause --on w1', { kind: 'engine', action: 'pause', node: 'w1' }, 'the engine of w1 is paused'],
    ['neighbour-table 900', { kind: 'neighbour-table', entries: 900 }, 'neighbour tables hold 900 entries at most'],
    [
      'duplicate-address m1/a w1/b',
      { kind: 'duplicate-address', first: 'm1/a', second: 'w1/b' },
      'w1/b has the address of m1/a as well',
    ],
    [
      'wrong-advertise w1',
      { kind: 'wrong-advertise', node: 'w1' },
      'w1 tells the swarm an address that is not its own',
    ],
    ['filter-macs', { kind: 'filter-macs', nodes: [] }, "the segment passes only the machines' own MACs"],
    ['filter-macs --on w1', { kind: 'filter-macs', nodes: ['w1'] }, "the segment passes only w1's own MAC to it"],
    ['no-dns --on w1', { kind: 'no-dns', at: { kind: 'node', node: 'w1' } }, 'no resolver answers w1'],
    ['no-dns m1/a', { kind: 'no-dns', at: { kind: 'container', container: 'm1/a' } }, 'no resolver answers m1/a'],
    ['link-down --on o1', { kind: 'link-down', node: 'o1' }, "o1's interface on the segment is down"],
    ['clock 2h --on w1', { kind: 'clock', skewMs: 7_200_000, node: 'w1' }, 'the clock of w1 is 120 min fast'],
  ];

  it.each(cases)('%s', (line, fault, sentence) => {
    const read = readFault(request(line), plan);
    expect(read).toEqual(fault);
    expect(describeFault(read)).toBe(sentence);
    for (const node of nodesOf(read)) expect(plan.nodes.map(({ name }) => name)).toContain(node);
  });

  it('every kind is among them, and says how it is typed', () => {
    expect([...new Set(cases.map(([, { kind }]) => kind))].toSorted()).toEqual([...faultKinds].toSorted());
    for (const kind of faultKinds) expect(faultUsage[kind].startsWith(kind)).toBe(true);
  });

  it.each([
    ['blok 80/tcp --on w1', 'fault.unknown-kind', 'did you mean block?'],
    ['block 80/tcp --on w11', 'node.unknown', 'did you mean w1?'],
    ['block 80/tcp', 'fault.wrong', '--on m1, --on w1, --on w2, --on o1'],
    ['block 80 --on w1', 'fault.wrong', 'such as 4789/udp, 80/tcp, esp or icmp'],
    ['block 70000/tcp --on w1', 'fault.wrong', 'such as 4789/udp, 80/tcp, esp or icmp'],
    ['block 80/tcp --on w1 --direction inn', 'fault.wrong', 'did you mean in?'],
    ['partition m1 m1,w1', 'fault.wrong', 'each node on one side'],
    ['drop 0% --on w1', 'fault.wrong', 'more than 0% and at most 100%, such as 30%'],
    ['drop 101% --on w1', 'fault.wrong', 'more than 0% and at most 100%, such as 30%'],
    ['mtu 12 --on w1', 'fault.wrong', 'swarmlab fault add mtu BYTES --on NODE'],
    ['engine pauze --on w1', 'fault.wrong', 'did you mean pause?'],
    ['engine stop --on o1', 'node.no-engine', 'managers and workers have one'],
    ['duplicate-address m1/a m1/a', 'fault.wrong', 'two different ones'],
    ['link-down --on w1 --from m1', 'fault.wrong', 'swarmlab fault add link-down --on NODE'],
    ['filter-macs w1', 'fault.wrong', 'swarmlab fault add filter-macs [--on NODE]'],
    ['no-dns', 'fault.wrong', 'swarmlab fault add no-dns --on NODE, or no-dns CONTAINER'],
    ['clock 3w --on w1', 'fault.wrong', 'such as 200ms, 90s or 2h, at most 24h'],
  ])('%s: refused with what helps', (line, code, hint) => {
    expect(refusal(line)).toMatchObject({ code, hint, exitStatus: 2 });
  });

  it('says all mistakes at once', () => {
    const { problems } = refusal('block 99999/tcp --on w9 --from m2 --direction up');
    expect(problems.map(({ message }) => message)).toEqual([
      '"99999/tcp" is no port or protocol',
      '"up" is none of in, out, both',
      'lab default has no node "m2"',
      'lab default has no node "w9"',
    ]);
  });
});

it.each([
  ['engine stop --on w1', 'engine pause --on w1', true],
  ['engine stop --on w1', 'engine stop --on w2', false],
  ['neighbour-table 10', 'neighbour-table 20', true],
  ['mtu 1300 --on w1', 'mtu 1400 --on w1', true],
  ['drop 10% --on w1', 'drop 20% --on w1', false],
  ['duplicate-address m1/a w1/b', 'duplicate-address m1/a w1/b', true],
  ['block 80/tcp --on w1', 'block 80/tcp --on w1 --direction in', false],
])('%s and %s exclude each other: %s', (one, other, exclude) => {
  const key = (line: string) => exclusiveKey(readFault(request(line), plan));
  expect(key(one) === key(other)).toBe(exclude);
});
