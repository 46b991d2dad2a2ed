import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExplainDocument } from '../../src/verdict/explain-types.ts';
import { cellsOf } from '../../src/verdict/rings.ts';
import type { ExperimentResult, RunDocument } from '../../src/verdict/run-types.ts';
import type { ScopeDocument } from '../../src/verdict/types.ts';
import { createSwarmlab, type Swarmlab } from './swarmlab.ts';

/** A wait for news that cannot come takes its whole deadline, and the machine may be busy; nothing is judged by it. */
const slowTestMs = 400_000;

const experiments = {
  mesh: `
title: Two containers of two nodes on an overlay
networks: {commons: {driver: overlay, attachable: true}}
containers:
  aa: {node: A, networks: [commons]}
  bb: {node: B, networks: [commons]}
steps:
  - {title: By address, probe: {by: ip, network: commons, expect: ["aa -> bb: yes", "bb -> aa: yes"]}}
`,
  wire: `
title: Two containers of two nodes on the LAN, and the nodes
networks: {on-the-lan: {driver: macvlan, nodes: [A, B], parent: segment}}
containers:
  mac1: {node: A, networks: [on-the-lan]}
  mac2: {node: B, networks: [on-the-lan]}
steps:
  - {title: By address, probe: {by: ip, expect: ["mac1 -> mac2: yes", "mac1 -> lan: yes", "node:A -> node:B: yes"]}}
`,
  apart: `
title: Bridges that are apart
networks: {red: {driver: bridge}, blue: {driver: bridge}}
containers:
  ruby: {networks: [red]}
  rose: {networks: [red]}
  sky: {networks: [blue]}
  sea: {networks: [blue]}
steps:
  - title: By name
    probe:
      by: name
      expect: |
        from/to ruby    rose    sky     sea
        ruby    yes     yes     no-name no-name
        rose    yes     yes     no-name no-name
        sky     no-name no-name yes     yes
`,
};

let swarmlab: Swarmlab;
const file = (name: keyof typeof experiments) => join(swarmlab.home, `${name}.yaml`);

beforeAll(async () => {
  swarmlab = await createSwarmlab();
  await swarmlab.json(0, 'up', '--workers', '1');
  for (const [name, text] of Object.entries(experiments)) await writeFile(join(swarmlab.home, `${name}.yaml`), text);
}, slowTestMs);

afterAll(async () => {
  await swarmlab?.[Symbol.asyncDispose]();
}, slowTestMs);

/** With the fault in force; `line` as typed after `fault add`. */
async function whileBroken<T>(line: string, ask: () => Promise<T>): Promise<T> {
  await swarmlab.json(0, 'fault', 'add', ...line.split(' '));
  try {
    return await ask();
  } finally {
    await swarmlab.json(0, 'fault', 'clear');
  }
}

const probesOf = ({ steps }: ExperimentResult) => steps.flatMap(({ probes }) => probes);
const byId = (document: RunDocument, id: string) => {
  const found = document.experiments.find((experiment) => experiment.id === id);
  if (found === undefined) throw new Error(`${id} is not in the document`);
  return found;
};
/** Each once: `cause node` of what did not arrive, and `none` where nobody looked. */
const causesOf = (result: ExperimentResult) => [
  ...new Set(
    probesOf(result)
      .filter(({ outcome }) => outcome !== 'reached')
      .map(({ cause }) => (cause === null ? 'none' : `${cause.id} ${cause.node ?? '-'}`)),
  ),
];
const differing = ({ drivers }: ScopeDocument, id: string) =>
  drivers
    .filter((driver) => driver.id === id)
    .flatMap(({ rings }) => cellsOf(rings))
    .filter(({ cell }) => cell.verdict === 'differs');
const said = (text: string) => text.replaceAll(/\n +/g, ' ');
/** What the report's last lines tell to type, typed. */
const askedWhy = (text: string) => {
  const words = /^Why\? +swarmlab explain (.*)$/m.exec(text)?.[1];
  if (words === undefined) throw new Error(`there is no line Why?\n${text}`);
  return swarmlab.json<ExplainDocument>(0, 'explain', ...words.split(' '));
};

describe('what is measured while something is broken on purpose', () => {
  it(
    'a port that overlays need, shut at one node: run differs there alone, and knows why',
    () =>
      whileBroken('block 4789/udp --on w1', async () => {
        const document = await swarmlab.json<RunDocument>(1, 'run', file('mesh'), file('wire'));
        const dump = JSON.stringify(document, null, 1);
        expect(document.faults).toMatchObject([{ id: 'f1', kind: 'block', sentence: 'w1 drops 4789/udp, both ways' }]);
        expect(document.totals, dump).toMatchObject({ asExpected: 1, differs: 1, notMeasured: 0 });
        expect(byId(document, 'mesh').verdict, dump).toBe('differs');
        expect(causesOf(byId(document, 'mesh')), dump).toEqual(['overlay.data-path-blocked w1']);
        expect(causesOf(byId(document, 'wire')), dump).toEqual([]);
      }),
    slowTestMs,
  );

  it(
    'the same in scope, which looks while its containers stand, and says how to ask afterwards',
    () =>
      whileBroken('block 4789/udp --on w1', async () => {
        const { status, stdout, stderr } = await swarmlab.run('scope', 'overlay', 'macvlan');
        expect(status, `${stdout}\n${stderr}`).toBe(1);
        const lines = stdout.split('\n');
        expect(lines.slice(0, 3).join(' ')).toContain('Broken on purpose: f1, w1 drops 4789/udp, both ways.');
        expect(said(stdout)).toMatch(/Cause: 4789\/udp is closed at w1: .* \(overlay\.data-path-blocked\)\./);
        const why = await askedWhy(stdout);
        expect([why.outcome, why.cause.id, why.cause.node]).toEqual(['reached', 'overlay.data-path-blocked', 'w1']);
      }),
    slowTestMs,
  );

  it(
    'two nodes that hear nothing of each other: it differs, and the cause is the segment',
    () =>
      whileBroken('partition m1 w1', async () => {
        const document = await swarmlab.json<RunDocument>(1, 'run', file('wire'));
        const dump = JSON.stringify(document, null, 1);
        expect(byId(document, 'wire').verdict, dump).toBe('differs');
        expect(causesOf(byId(document, 'wire')), dump).toEqual([
          expect.stringMatching(/^segment\.partitioned (m1|w1|-)$/),
        ]);

        const scope = await swarmlab.run('scope', 'macvlan', 'bridge-user');
        expect(scope.status, `${scope.stdout}\n${scope.stderr}`).toBe(1);
        expect(scope.stdout).toContain('Broken on purpose: f1, m1 on one side, w1 on the other');
        expect(said(scope.stdout)).toMatch(/Cause: [^(]* \(segment\.partitioned\)\./);
        expect((await askedWhy(scope.stdout)).cause.id).toBe('segment.partitioned');
      }),
    slowTestMs,
  );

  it(
    'large packets die: small ones are as expected, and the report says what is broken meanwhile',
    () =>
      whileBroken('mtu 1300 --on w1', async () => {
        // Not the overlay: what the swarm's own nodes say to each other may be too large, and then nobody gets a place on it.
        const { status, stdout, stderr } = await swarmlab.run('run', file('wire'));
        expect(status, `${stdout}\n${stderr}`).toBe(0);
        expect(said(stdout)).toContain("Broken on purpose: f1, packets above 1300 bytes die silently on w1's cable.");
        const scope = await swarmlab.json<ScopeDocument>(0, 'scope', 'macvlan');
        expect(scope.faults).toMatchObject([{ id: 'f1', kind: 'mtu' }]);
        expect(differing(scope, 'macvlan')).toEqual([]);
        const why = await swarmlab.json<ExplainDocument>(0, 'explain', 'node:m1', 'node:w1');
        expect([why.outcome, why.cause.id]).toEqual(['reached', 'segment.mtu']);
      }),
    slowTestMs,
  );
});

describe('run --explain, where nothing is broken', () => {
  it(
    'tells of every pair that was not reached why it was not, and of no other',
    async () => {
      const document = await swarmlab.json<RunDocument>(0, 'run', file('apart'), '--explain');
      expect(document.faults).toBeUndefined();
      const probes = probesOf(byId(document, 'apart'));
      const pairs = new Set(probes.filter(({ cause }) => cause !== null).map(({ from, to }) => `${from} ${to}`));
      expect([...pairs].toSorted()).toEqual(['rose sea', 'rose sky', 'ruby sea', 'ruby sky', 'sky rose', 'sky ruby']);
      for (const { outcome, cause } of probes) expect(cause === null).toBe(outcome === 'reached');
      expect(causesOf(byId(document, 'apart')).join()).not.toMatch(/undecided|none/);
    },
    slowTestMs,
  );
});
