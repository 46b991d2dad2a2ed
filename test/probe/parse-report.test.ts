import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReport } from '../../src/probe/parse-report.ts';

describe('lines of an agent', () => {
  it('reads results', () => {
    const line =
      '{"op":"results","results":[[3,["10.0.0.2"],[[1,"timeout","none",null,["10.0.0.1",20001],null,"10.0.0.2"],' +
      '[2,"answered","TCP answered",0.4,["10.0.0.1",20002],"281474976710657","10.0.0.2"]]]]}';
    const attempt = {
      n: 1,
      outcome: 'timeout',
      detail: 'none',
      rttMs: null,
      local: '10.0.0.1:20001',
      answererTag: null,
    };
    expect(parseReport(line)).toEqual({
      op: 'results',
      results: [
        {
          probeId: 3,
          addresses: ['10.0.0.2'],
          attempts: [
            { ...attempt, address: '10.0.0.2' },
            {
              n: 2,
              outcome: 'answered',
              detail: 'TCP answered',
              rttMs: 0.4,
              local: '10.0.0.1:20002',
              answererTag: '281474976710657',
              address: '10.0.0.2',
            },
          ],
        },
      ],
    });
  });

  it('takes an outcome that it does not know for not measured', () => {
    const report = parseReport('{"op":"results","results":[[3,[],[[1,"splendid","",null,null,null,null]]]]}');
    expect(report).toMatchObject({ results: [{ attempts: [{ outcome: 'not-measured' }] }] });
  });

  it('reads what arrived', () => {
    const seen = { op: 'seen', words: ['icmp', '7', '10.0.0.1'], rows: [3, 1, 0, 1, 2, 0, 4, 1, 0, 1, 2, 9] };
    expect(parseReport(JSON.stringify(seen))).toEqual(seen);
    expect(parseReport('{"op":"syns","syns":[["7","10.0.0.1",20001,18418]]}')).toEqual({
      op: 'syns',
      syns: [{ tag: '7', source: '10.0.0.1:20001', port: 18418 }],
    });
  });

  it('reads rows of numbers', () => {
    const took = Uint32Array.of(250, 0, 0xffffffff);
    const line = { op: 'swept', first: 7, took: '+gAAAAAAAAD/////', pattern: 2 };
    expect(parseReport(JSON.stringify(line))).toEqual({ op: 'swept', first: 7, took, pattern: 2, addresses: null });
    const first = { ...line, addresses: 'AgAACgAAAAADAAAK' };
    const addresses = Uint32Array.of(0x0a000002, 0, 0x0a000003);
    expect(parseReport(JSON.stringify(first))).toMatchObject({ addresses });
    const arrived = { op: 'arrived', tag: '7', probes: 'BQAAAA==', sources: 'AgAACg==' };
    const expected = { probes: Uint32Array.of(5), sources: Uint32Array.of(0x0a000002) };
    expect(parseReport(JSON.stringify(arrived))).toEqual({ ...arrived, ...expected });
  });

  it('reads results that are alike', () => {
    const words = ['[["10.0.0.2"],[[1,"timeout","none",null,null,null,"10.0.0.2"]]]'];
    const attempt = { n: 1, outcome: 'timeout', detail: 'none', rttMs: null, local: null, answererTag: null };
    expect(parseReport(JSON.stringify({ op: 'alike', words, rows: [3, 0, 9, 0] }))).toEqual({
      op: 'alike',
      results: [{ addresses: ['10.0.0.2'], attempts: [{ ...attempt, address: '10.0.0.2' }] }],
      rows: [3, 0, 9, 0],
    });
  });

  it.each([
    '{"op":"seen","words":["icmp"],"rows":[3,1,0,0,1,0]}',
    '{"op":"seen","words":["icmp"],"rows":[3,1,0]}',
    '{"op":"alike","words":[],"rows":[3,0]}',
    '{"op":"alike","words":["[[],[]]"],"rows":[3]}',
    '{"op":"alike","words":["[[],[]]"],"rows":[-1,0]}',
    '{"op":"alike","words":["nothing"],"rows":[3,0]}',
    '{"op":"swept","first":0,"pattern":0}',
    '{"op":"swept","first":0,"took":"AAA=","pattern":0}',
    '{"op":"swept","first":-1,"took":"","pattern":0}',
    '{"op":"arrived","tag":"7","probes":"BQAAAA==","sources":""}',
  ])('refuses a table with words or numbers missing: %s', (line) => {
    expect(parseReport(line)).toBeNull();
  });

  it.each(['', 'null', '7', '[]', '{"op":"else"}', '{"op":"seen"}', '{"op":"results","results":[[1]]}', 'Traceback'])(
    'refuses %j',
    (line) => {
      expect(parseReport(line)).toBeNull();
    },
  );

  it('is total', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        const report = parseReport(line);
        expect(report === null || typeof report.op === 'string').toBe(true);
      }),
    );
  });
});
