import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foreignFrames, framesFrom, longFrames, someFrames } from '../../src/fault/frame-filter.ts';
import { contains, formatAddress, parseAddress, parseSubnet } from '../../src/plan/ipv4.ts';

/**
 * The classic BPF machine, as far as these programs need it (kernel Documentation/networking/filter.rst). True: the frame
 * is dropped. A load beyond the frame ends the program with 0, which lets it pass.
 */
function drops(program: string, frame: Uint8Array, randomWord = 0): boolean {
  const [count, ...lines] = program.split(',');
  const code = lines.map((line) => line.split(' ').map(Number));
  expect(code).toHaveLength(Number(count));
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  let accumulator = 0;
  for (let at = 0; at < code.length; at += 1) {
    const [operation = 0, onTrue = 0, onFalse = 0, k = 0] = code[at] ?? [];
    expect([onTrue <= 255 && onTrue >= 0, onFalse <= 255 && onFalse >= 0]).toEqual([true, true]);
    const read = (bytes: number, get: () => number) => (k + bytes > frame.length ? null : get());
    switch (operation) {
      case 0x20: {
        const word = k === 0xfffff038 ? randomWord : read(4, () => view.getUint32(k));
        if (word === null) return false;
        accumulator = word;
        break;
      }
      case 0x28: {
        const half = read(2, () => view.getUint16(k));
        if (half === null) return false;
        accumulator = half;
        break;
      }
      case 0x30: {
        const byte = read(1, () => view.getUint8(k));
        if (byte === null) return false;
        accumulator = byte;
        break;
      }
      case 0x80:
        accumulator = frame.length;
        break;
      case 0x54:
        accumulator = (accumulator & k) >>> 0;
        break;
      case 0x05:
        at += k;
        break;
      case 0x15:
        at += accumulator === k ? onTrue : onFalse;
        break;
      case 0x25:
        at += accumulator > k ? onTrue : onFalse;
        break;
      case 0x35:
        at += accumulator >= k ? onTrue : onFalse;
        break;
      case 0x45:
        at += (accumulator & k) !== 0 ? onTrue : onFalse;
        break;
      case 0x06:
        expect([2, 0xffffffff]).toContain(k);
        return k === 2;
      default:
        throw new Error(`operation ${operation}`);
    }
  }
  throw new Error('the program ran out of instructions');
}

interface Parts {
  source?: string;
  target?: string;
  mac?: string;
  length?: number;
}

function ethernet(type: number, { mac = '02:00:00:00:00:01', length = 60 }: Parts): DataView {
  const view = new DataView(new ArrayBuffer(Math.max(length, 42)));
  mac.split(':').forEach((octet, index) => {
    view.setUint8(index, Number.parseInt(octet, 16));
  });
  view.setUint16(12, type);
  return view;
}

function ip(parts: Parts): Uint8Array {
  const view = ethernet(0x0800, parts);
  view.setUint32(26, parseAddress(parts.source ?? '192.168.56.11'));
  view.setUint32(30, parseAddress(parts.target ?? '192.168.56.12'));
  return new Uint8Array(view.buffer);
}

function arp(parts: Parts): Uint8Array {
  const view = ethernet(0x0806, parts);
  view.setUint32(28, parseAddress(parts.source ?? '192.168.56.11'));
  view.setUint32(38, parseAddress(parts.target ?? '192.168.56.12'));
  return new Uint8Array(view.buffer);
}

describe('programs that drop frames', () => {
  it.each([
    [1313, false],
    [1314, false],
    [1315, true],
    [1514, true],
  ])('an MTU of 1300: a frame of %i octets is dropped: %s', (length, dropped) => {
    expect(drops(longFrames(1300), ip({ length }))).toBe(dropped);
  });

  it.each([
    ['02:00:00:00:00:01', false],
    ['02:00:00:00:00:02', true],
    ['02:00:00:01:00:01', true],
    ['02:42:c0:a8:38:c8', true],
    ['ff:ff:ff:ff:ff:ff', false],
    ['01:00:5e:00:00:fb', false],
  ])('only the own MAC: a frame for %s is dropped: %s', (mac, dropped) => {
    expect(drops(foreignFrames('02:00:00:00:00:01'), ip({ mac }))).toBe(dropped);
  });

  it('drop what comes from a subnet, ARP included, whatever the subnets are', () => {
    const address = fc.integer({ min: 0x0a000000, max: 0x0a0000ff }).map(formatAddress);
    const subnet = fc.tuple(address, fc.integer({ min: 24, max: 32 })).map(([base, length]) => `${base}/${length}`);
    fc.assert(
      fc.property(fc.array(subnet, { minLength: 1, maxLength: 120 }), address, (subnets, source) => {
        const inside = subnets.some((each) => contains(parseSubnet(each), parseAddress(source)));
        const program = framesFrom(subnets);
        expect(drops(program, ip({ source }))).toBe(inside);
        expect(drops(program, arp({ source }))).toBe(inside);
        expect(drops(program, new Uint8Array(ethernet(0x86dd, {}).buffer))).toBe(false);
        expect(drops(someFrames(100, 'target', subnets), ip({ source: '172.16.0.1', target: source }))).toBe(inside);
      }),
    );
  });

  it.each([
    [30, 0.29, true],
    [30, 0.31, false],
    [100, 0.999, true],
    [0.5, 0.004, true],
    [0.5, 0.006, false],
  ])('%f%% of them: the random number %f is dropped: %s', (percent, chance, dropped) => {
    expect(drops(someFrames(percent, 'source', []), ip({}), Math.floor(chance * 2 ** 32))).toBe(dropped);
  });
});
