import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../fuzz/labs.mjs', import.meta.url));

/** The same labs every time; another seed by hand: `npm run fuzz:labs -- --runs 30 --seed N`. */
const seed = 20_261_121;
/** The two labs of 4 nodes carry it in about 3 minutes; a machine that is busy takes longer. */
const slowTestMs = 900_000;

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'random-labs-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

interface Summary {
  labs: number;
  probes: number;
  agree: number;
  differ: number;
  undecided: number;
  notMeasured: number;
  failed: number;
  decidedShare: number;
  rules: number;
}

/** What `npm run fuzz:labs` runs, with a state home of its own; it makes its labs and takes them down. */
async function randomLabs(...argv: readonly string[]): Promise<{ status: number; summary: Summary; said: string }> {
  const env = { ...process.env, SWARMLAB_HOME: home };
  const options = ['--seed', `${seed}`, '--keep', home, ...argv];
  const child = spawn(process.execPath, [program, ...options], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise<number>((resolve) => {
    child.once('close', (status) => resolve(status ?? -1));
  });
  const [stdout, said, status] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (stdout === '') throw new Error(`no result, exit status ${status}\n${said}`);
  return { status, summary: JSON.parse(stdout) as Summary, said };
}

describe('labs made by chance', () => {
  it(
    'come out as the model says, which has an answer for nearly all of it',
    async () => {
      const { status, summary, said } = await randomLabs('--runs', '30', '--labs', '2', '--shrinks', '12');
      process.stderr.write(`random labs: ${JSON.stringify(summary)}\n`);
      expect(status, said).toBe(0);
      const { labs, probes, agree, differ, undecided, notMeasured, failed, decidedShare, rules } = summary;
      expect({ labs, differ, notMeasured, failed }).toEqual({ labs: 30, differ: 0, notMeasured: 0, failed: 0 });
      expect(agree + undecided).toBe(probes);
      // A model that has no answer agrees with everything.
      expect(decidedShare).toBeGreaterThan(0.95);
      expect(rules).toBeGreaterThan(60);
    },
    slowTestMs,
  );
});
