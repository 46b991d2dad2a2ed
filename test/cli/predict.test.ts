import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { predictDocumentSchema } from '../../src/report/predict-schema.ts';
import { run } from './fake-io.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'swarmlab-predict-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

describe('predict', () => {
  it('says of the whole catalogue what its files say, with no lab in sight', async () => {
    const { status, stdout } = await run(['predict', '--all', '--json', '--quiet']);
    const document = predictDocumentSchema.parse(JSON.parse(stdout));
    expect(status).toBe(0);
    expect(document.asked).toBe(false);
    expect(document.totals).toMatchObject({ disagree: 0, undecided: 0 });
    expect(document.totals.agree).toBeGreaterThan(2_000);
  });

  it('assumes the engine that it is given', async () => {
    const { stdout } = await run(['predict', 'isolation', '--json', '--engine', '28']);
    const { engines, experiments } = predictDocumentSchema.parse(JSON.parse(stdout));
    expect(new Set(engines.map(({ engine }) => engine))).toEqual(new Set(['28.0']));
    const titles = experiments.flatMap(({ steps }) => steps.map(({ title }) => title));
    expect(titles).toContain("So it does not reach the node's own addresses either");
  });

  it('shows where a file says otherwise, and what no rule knows', async () => {
    await writeFile(
      join(cwd, 'mine.yaml'),
      [
        'id: mine',
        'title: Wrong on purpose',
        'about: Wrong on purpose.',
        'containers: {one: {networks: [bridge]}, two: {networks: [bridge]}}',
        'steps:',
        "  - {title: By name, probe: {by: name, expect: ['one -> two: yes']}}",
        '  - {title: Something, run: {in: one, command: [ip, link, set, eth0, down]}}',
        "  - {title: By address, probe: {by: ip, expect: ['one -> two: no']}}",
      ].join('\n'),
    );
    const { status, stdout } = await run(['predict', './mine.yaml'], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain('6 probes foretold, 3 of them disagree with the file and 3 undecided.');
    expect(stdout).toContain('    no-name, bridge.default.no-dns; the file says yes\n      one -> two\n');
    expect(stdout).toContain('    ? undecided, world.disturbed\n      one -> two\n');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
