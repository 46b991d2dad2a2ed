import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runExitStatus } from '../../src/report/run-document.ts';
import { renderRun, summarizeExperiment } from '../../src/report/run-terminal.ts';
import type { RunDocument } from '../../src/verdict/run-types.ts';
import {
  actionStep,
  check,
  checkStep,
  experiment,
  probeStep,
  runDocument,
  skippedExperiment,
  type Twists,
} from './run-documents.ts';

const plain = { width: 80, color: false };

const fourByName = `
          alpine1  alpine2  alpine3  alpine4
  alpine1 yes      yes      no-name  yes
  alpine2 yes      yes      no-name  yes
  alpine3 no-name  no-name  no-name  no-name
  alpine4 yes      yes      no-name  yes`;
const byAddress = `
          alpine1  alpine2  alpine4  world
  alpine3 no       no       yes      yes
  alpine4 yes      yes      .        any`;

const because = {
  because: 'the default bridge has no DNS, so alpine3 knows nobody and nobody knows it',
  see: 'https://docs.docker.com/engine/network/drivers/bridge/',
};

function userBridge(twists: Twists = {}, members = check()) {
  return experiment(
    'user-bridge',
    [
      probeStep('Everybody asks for everybody by name', 'name', fourByName, twists, because),
      actionStep('Connect alpine3 to alpine-net', {
        detail: 'alpine3 has 10.128.10.5 on alpine-net',
        commands: ['swarmlab exec m1 docker network connect alpine-net alpine3'],
      }),
      probeStep('The same by address', 'ip', byAddress, twists, {
        asked: { by: 'ip', network: 'alpine-net', name: null, protocols: ['icmp', 'tcp', 'udp'], port: null },
      }),
      checkStep('Who is on which network', [members, check({ subject: 'who is on alpine-net, at m1' })]),
    ],
    {
      title: 'A bridge of your own beside the default one',
      containers: ['alpine1', 'alpine2', 'alpine3', 'alpine4'].map((name) => ({ name, node: 'm1', addresses: {} })),
    },
  );
}

const differing = userBridge(
  {
    'alpine2 -> alpine4': { outcome: 'timeout' },
    'alpine3 -> alpine1': { outcome: 'reached' },
    'alpine3 -> alpine2': { udp: { outcome: 'refused', detail: 'ECONNREFUSED' }, tcp: { outcome: 'reached' } },
    'alpine3 -> alpine4': { outcome: 'wrong-responder', detail: 'answered', responder: 'alpine1' },
    'alpine4 -> world': { outcome: 'unreachable', detail: 'EHOSTUNREACH' },
  },
  check({ seen: 'alpine3', verdict: 'differs' }),
);
const unmeasured = userBridge(
  {
    'alpine2 -> alpine4': { udp: { outcome: 'not-measured', detail: 'the control probe failed' } },
    ...Object.fromEntries(
      ['alpine1', 'alpine2', 'alpine3', 'alpine4'].map((to) => [
        `alpine3 -> ${to}`,
        { outcome: 'not-measured', detail: 'alpine3 does not run: it ended with status 137' } as const,
      ]),
    ),
  },
  check({ verdict: 'not-measured', seen: '', detail: 'the engine of m1 does not answer' }),
);
const notBuilt = experiment('macvlan', [probeStep('By address', 'ip', byAddress)], {
  verdict: 'not-measured',
  failure: { code: 'engine.api', message: 'network dm-7 is already using parent interface eth1', hint: 'remove it' },
  steps: [
    probeStep('By address', 'ip', byAddress, {
      ...Object.fromEntries(
        ['alpine3', 'alpine4'].flatMap((from) =>
          ['alpine1', 'alpine2', 'alpine4', 'world'].map((to) => [
            `${from} -> ${to}`,
            { outcome: 'not-measured', detail: 'it was not built' } as const,
          ]),
        ),
      ),
    }),
  ],
});
const standing = { ...userBridge(), kept: { undo: 'swarmlab run --lab seat-07 --undo user-bridge' }, lab: 'seat-07' };

const documents: readonly (readonly [name: string, document: RunDocument])[] = [
  ['one', runDocument([userBridge()])],
  ['one-differs', runDocument([differing])],
  ['one-not-measured', runDocument([unmeasured])],
  ['one-not-built', runDocument([notBuilt])],
  ['one-skipped', runDocument([skippedExperiment('ipvlan-l2', 'ipvlan')])],
  ['one-kept', runDocument([standing], 'seat-07')],
  [
    'several-kept',
    runDocument(
      [
        standing,
        { ...standing, id: 'red-blue' },
        { ...standing, id: 'icc', lab: 'seat-07-icc', kept: { undo: 'swarmlab down --lab seat-07-icc' } },
      ],
      'seat-07',
    ),
  ],
  [
    'several',
    runDocument([
      experiment('red-blue', []),
      differing,
      skippedExperiment('ipvlan-l2', 'ipvlan'),
      notBuilt,
      experiment('net-alias-round-robin', [], {
        title: 'One name for two containers, and each of them gets its share',
      }),
    ]),
  ],
];

describe('golden', () => {
  it.each(documents)('%s', async (name, document) => {
    await expect(renderRun(document, plain)).toMatchFileSnapshot(`golden/run-${name}.txt`);
  });
});

describe('whatever it says', () => {
  it.each(documents)('fits 80 columns of ASCII: %s', (_name, document) => {
    const commands = new Set(
      document.experiments.flatMap(({ steps }) =>
        steps.flatMap(({ probes, checks, see }) => [
          ...[...probes, ...checks].map(({ reproduce }) => reproduce),
          see === null ? null : `See ${see}`,
        ]),
      ),
    );
    for (const line of renderRun(document, plain).split('\n')) {
      expect(line).toMatch(/^[ -~]*$/);
      expect(line).not.toMatch(/ $/);
      // A command line is for copying: it stays in one piece.
      if (!commands.has(line.trim())) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  it.each(documents)('colour changes nothing but colour: %s', (_name, document) => {
    const colored = renderRun(document, { ...plain, color: true });
    const stripped = stripVTControlCharacters(colored).replaceAll(/ +$/gm, '');
    expect(stripped).toBe(renderRun(document, plain));
    expect(colored).not.toBe(stripped);
  });
});

it.each([
  [[userBridge()], 0, 'user-bridge is as expected: 4 steps, 69 probes and 2 checks.'],
  [[skippedExperiment('ipvlan-l2', 'ipvlan')], 0, 'ipvlan-l2 was skipped: kernel of m1 lacks ipvlan'],
  [[differing], 1, 'user-bridge differs: 3 of 4 steps not as expected.'],
  [[unmeasured], 3, 'user-bridge was not measured whole: 3 of 4 steps could not be.'],
  [[notBuilt], 3, 'macvlan was not measured: network dm-7 is already using parent interface eth1'],
  [[unmeasured, differing, notBuilt], 1, 'user-bridge was not measured whole: 3 of 4 steps could not be.'],
  [[skippedExperiment('ipvlan-l2', 'ipvlan'), userBridge()], 0, 'ipvlan-l2 was skipped: kernel of m1 lacks ipvlan'],
])('exit status and first words, %#', (experiments, status, words) => {
  const document = runDocument(experiments);
  expect(runExitStatus(document)).toBe(status);
  expect(experiments.slice(0, 1).map(summarizeExperiment)).toEqual([words]);
});

it('a failure to measure is never shown as an answer', () => {
  const [step] = unmeasured.steps;
  const row = renderRun(runDocument([unmeasured]), plain)
    .split('\n')
    .find((line) => /^ +alpine3 /.test(line));
  expect(step?.verdict).toBe('not-measured');
  expect(row?.trim().split(/\s+/)).toEqual(['alpine3', '?', '?', '?', '?']);
});
