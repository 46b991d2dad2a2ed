import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { DriverId } from '../../src/experiment/types.ts';
import { scopeExitStatus } from '../../src/report/scope-document.ts';
import { renderScope } from '../../src/report/scope-terminal.ts';
import { labPlan } from '../experiment/lab-fixture.ts';
import { type DocumentOptions, scopeDocument, type Twist } from './scope-documents.ts';

const plain = { width: 80, color: false, unicode: false };
const noIpvlan: DocumentOptions['skipped'] = {
  'ipvlan-l2': 'ipvlan',
  'ipvlan-l3': 'ipvlan',
  'overlay-encrypted': 'esp4',
};

function at(driver: DriverId, cell: string, what: ReturnType<Twist>, only?: string): Twist {
  return (question, protocol) => {
    const { ring, direction, by } = question;
    const here = question.driver === driver && (cell === '*' || `${direction} ${ring} ${by}` === cell);
    return here && (only === undefined || only === protocol) ? what : null;
  };
}

describe('golden', () => {
  it('as expected, on a kernel that lacks two features', async () => {
    await expect(renderScope(scopeDocument({ skipped: noIpvlan }), plain)).toMatchFileSnapshot(
      'golden/as-expected.txt',
    );
  });

  it('differs, in every way', async () => {
    const document = scopeDocument({
      ids: ['bridge-user', 'macvlan', 'overlay'],
      twist: (question, protocol) =>
        at('bridge-user', 'out peer ip', {
          outcome: 'wrong-responder',
          detail: 'answered',
          responder: 'm1/bridge-user-b',
        })(question, protocol) ??
        at('macvlan', 'out node ip', { outcome: 'reached', detail: '' })(question, protocol) ??
        at(
          'overlay',
          'in peer name',
          { outcome: 'timeout', detail: 'no answer within 2000 ms' },
          'udp',
        )(question, protocol),
    });
    await expect(renderScope(document, plain)).toMatchFileSnapshot('golden/differs.txt');
  });

  it('not measured: a driver that could not be built, and a single probe', async () => {
    const document = scopeDocument({
      ids: ['host', 'macvlan', 'overlay'],
      twist: (question, protocol) =>
        at('macvlan', '*', { outcome: 'not-measured', detail: 'network dm-7 is already using parent interface eth1' })(
          question,
          protocol,
        ) ??
        at(
          'host',
          'in lan ip',
          { outcome: 'not-measured', detail: 'the control probe failed' },
          'tcp',
        )(question, protocol),
    });
    await expect(renderScope(document, plain)).toMatchFileSnapshot('golden/not-measured.txt');
  });

  it('a lab of one node, and another name', async () => {
    const plan = labPlan({ workers: 0, outsiders: 0, lab: 'seat-07' });
    await expect(renderScope(scopeDocument({ plan, skipped: noIpvlan }), plain)).toMatchFileSnapshot(
      'golden/one-node.txt',
    );
  });
});

describe('why it differs', () => {
  const partitioned = { id: 'segment.partitioned', sentence: 'm1 and w1 hear nothing of each other', node: 'w1' };
  const silence = { outcome: 'timeout', detail: '' } as const;

  it.each<[string, DocumentOptions, string | undefined]>([
    ['nothing differs', {}, undefined],
    ['between containers of two nodes', { twist: at('overlay', 'out peer ip', silence) }, 'node:m1 node:w1'],
    ['from the LAN', { plan: labPlan({ lab: 'a' }), twist: at('host', 'in lan ip', silence) }, '--lab a lan node:m1'],
    ['by the name of a machine', { twist: at('overlay', 'out world name', silence) }, 'node:m1 world --by name'],
    ['by the name of a container', { twist: at('overlay', 'out peer name', silence) }, 'node:m1 node:w1'],
    ['on one node, of which the containers are gone', { twist: at('overlay', 'out sibling ip', silence) }, undefined],
    [
      'in several ways, of which one was looked into',
      {
        twist: (...asked) =>
          at('host', 'in lan ip', silence)(...asked) ?? at('macvlan', 'out peer ip', silence)(...asked),
        causes: { macvlan: partitioned },
      },
      'node:m1 node:w1',
    ],
  ])('%s', (_what, options, ends) => {
    const said = renderScope(scopeDocument(options), plain);
    expect(/^Why\? +swarmlab explain (.*)$/m.exec(said)?.[1]).toBe(ends);
  });

  it('is said where it was looked into', () => {
    const twist = at('macvlan', 'out peer ip', silence);
    const said = renderScope(scopeDocument({ twist, causes: { macvlan: partitioned } }), plain);
    const { sentence, id } = partitioned;
    expect(said.replaceAll(/\n +/g, ' ')).toContain(`Cause: ${sentence} (${id}).`);
  });
});

describe('whatever it says', () => {
  const documents = [
    scopeDocument({ skipped: noIpvlan }),
    scopeDocument({ twist: (_question, protocol) => ({ outcome: 'timeout', detail: `silence ${protocol}` }) }),
    scopeDocument({ twist: () => ({ outcome: 'not-measured', detail: 'no agent' }) }),
  ];

  it.each(documents.map((document, index) => [index, document] as const))(
    'fits 80 columns of ASCII (%i)',
    (_index, document) => {
      for (const line of renderScope(document, plain).split('\n')) {
        expect(line.length).toBeLessThanOrEqual(80);
        expect(line).toMatch(/^[ -~]*$/);
        expect(line).not.toMatch(/ $/);
      }
    },
  );

  it.each(documents.map((document, index) => [index, document] as const))(
    'colour changes nothing but colour (%i)',
    (_index, document) => {
      const colored = renderScope(document, { ...plain, color: true });
      const stripped = stripVTControlCharacters(colored).replaceAll(/ +$/gm, '');
      expect(stripped).toBe(renderScope(document, plain));
      expect(colored).not.toBe(stripped);
    },
  );

  it('says nothing crosses hosts only where that was measured', () => {
    const first = (document: (typeof documents)[number] | undefined) =>
      renderScope(document ?? scopeDocument(), plain).split('\n')[0];
    expect(first(documents[1])).toBe('Across hosts: nothing.');
    expect(first(documents[2])).toBe('Across hosts: nothing was measured.');
  });
});

it.each<[string, DocumentOptions, number]>([
  ['all as expected', {}, 0],
  ['some skipped', { skipped: noIpvlan }, 0],
  ['one probe that differs', { twist: at('host', 'in lan ip', { outcome: 'timeout', detail: '' }, 'tcp') }, 1],
  ['one probe not measured', { twist: at('host', 'in lan ip', { outcome: 'not-measured', detail: '' }, 'tcp') }, 3],
  [
    'both',
    {
      twist: (question, protocol) =>
        protocol === 'udp' && question.driver === 'host'
          ? { outcome: 'not-measured', detail: '' }
          : protocol === 'tcp'
            ? { outcome: 'one-way', detail: '' }
            : null,
    },
    1,
  ],
])('exit status: %s', (_what, options, status) => {
  expect(scopeExitStatus(scopeDocument(options))).toBe(status);
});
