import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findExperiment } from '../../src/experiment/language/catalogue.ts';
import { parseExperiment } from '../../src/experiment/language/parse.ts';
import { run } from '../../src/lab/run.ts';
import type { RunDocument } from '../../src/verdict/run-types.ts';
import { createSwarmlab, type Swarmlab } from './swarmlab.ts';

/** On a machine that others use too, probes and engines take their time; nothing is judged by it. */
const slowTestMs = 300_000;

let swarmlab: Swarmlab;

beforeAll(async () => {
  swarmlab = await createSwarmlab();
  await swarmlab.json(0, 'up');
});

afterAll(async () => {
  await swarmlab?.[Symbol.asyncDispose]();
});

function shown({ experiments }: RunDocument): string {
  const wrong = experiments.flatMap(({ id, failure, notes, steps }) => [
    ...(failure === null ? [] : [`${id}: ${failure.message}`]),
    ...notes
      .filter((note) => note.includes('could not be removed') || note.includes('be removed ('))
      .map((note) => `${id}: ${note}`),
    ...steps.flatMap(({ title, verdict, detail, cells, checks }) => [
      ...(verdict === 'as-expected' || detail === '' ? [] : [`${id}, ${title}: ${detail}`]),
      ...cells
        .filter((cell) => cell.verdict !== 'as-expected')
        .map((cell) => `${id}, ${title}: ${cell.from} -> ${cell.to}: ${cell.outcome} (${cell.detail})`),
      ...checks
        .filter((check) => check.verdict !== 'as-expected')
        .map((check) => `${id}, ${title}: ${check.subject}: ${check.seen} ${check.detail}`),
    ]),
  ]);
  return wrong.join('\n');
}

async function leftOf(lab: string): Promise<string> {
  const left: string[] = [];
  for (const node of ['m1', 'w1', 'w2']) {
    for (const what of [
      ['ps', '-aq'],
      ['network', 'ls', '-q'],
    ]) {
      const argv = ['docker', ...what, '--filter', 'label=swarmlab.experiment'];
      left.push((await swarmlab.run('exec', '--lab', lab, node, ...argv)).stdout.trim());
    }
    left.push(
      (
        await swarmlab.run('exec', '--lab', lab, node, 'sh', '-c', 'iptables -S | grep SWARMLAB-FAULT || true')
      ).stdout.trim(),
    );
  }
  return left.filter((line) => line !== '').join('\n');
}

describe('experiments of the catalogue, side by side', () => {
  it.each([
    [
      'bridges, a change while they run, ports, a refusal',
      ['user-bridge', 'red-blue', 'published-port', 'overlay-not-attachable'],
    ],
    ['overlays and a service by its tasks', ['overlay-attachable', 'overlay-service-dnsrr', 'macvlan']],
  ])(
    '%s',
    async (_what, ids) => {
      const experiments = await Promise.all(ids.map((id) => findExperiment(id)));
      const document = await run(swarmlab.context(swarmlab.lab), experiments, { keep: false });
      expect(shown(document)).toBe('');
      expect(document.totals).toMatchObject({ asExpected: ids.length, differs: 0, notMeasured: 0 });
      expect(await leftOf(swarmlab.lab)).toBe('');
    },
    slowTestMs,
  );
});

describe('what comes out otherwise', () => {
  const text = `
id: mistaken
title: Expectations that do not hold
about: For a test.
sources: []
networks: {left: {driver: bridge}, right: {driver: bridge}}
containers:
  one: {networks: [left]}
  two: {networks: [right]}
  gone: {networks: [left], command: 'exit 3'}
steps:
  - title: Two bridges are no one
    probe:
      by: ip
      expect:
        - one -> two: yes
  - title: One that died is not blocked
    probe:
      by: ip
      expect:
        - one -> gone: no
  - title: It is not refused
    refused: {connect: {container: one, network: right}, matches: nothing}
`;

  it(
    'differs where it was measured, and is not measured where the target died',
    async () => {
      const mistaken = parseExperiment(text, 'mistaken.yaml');
      const { experiments } = await run(swarmlab.context(swarmlab.lab), [mistaken], { keep: false });
      expect(experiments[0]?.verdict).toBe('differs');
      expect(experiments[0]?.steps.map(({ verdict }) => verdict)).toEqual(['differs', 'not-measured', 'differs']);
      expect(experiments[0]?.steps[1]?.cells[0]?.detail).toContain('exit status 3');
      expect(await leftOf(swarmlab.lab)).toBe('');
    },
    slowTestMs,
  );

  it(
    'undoes what it made when it is interrupted',
    async () => {
      const controller = new AbortController();
      const context = { ...swarmlab.context(swarmlab.lab), signal: controller.signal };
      const running = run(context, [await findExperiment('user-bridge')], {
        keep: false,
        progress: (event) => {
          if (event.kind === 'step') controller.abort(new Error('interrupted'));
        },
      });
      await expect(running).rejects.toThrow();
      // What a second and a half was not enough for is swept by the next run.
      const again = await run(swarmlab.context(swarmlab.lab), [await findExperiment('red-blue')], { keep: false });
      expect(shown(again)).toBe('');
      expect(await leftOf(swarmlab.lab)).toBe('');
    },
    slowTestMs,
  );
});
