import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { FaultsDocument, StatusDocument } from '../../src/report/documents.ts';
import type { DiffDocument } from '../../src/verdict/diff-types.ts';
import type { ExplainDocument } from '../../src/verdict/explain-types.ts';
import type { PredictDocument } from '../../src/verdict/predict-types.ts';
import type { RunDocument } from '../../src/verdict/run-types.ts';
import type { Testbed } from './testbed.ts';

/** Emulated processors are slow; nothing here is about how long things take. */
export const patience = ['--timeout', '90m'];
const image = 'swarmlab/built-in:1';

/** The configuration of a lab of two workers and an outsider. */
export function fourMachines(lab: string, box: string): string {
  return `version: 1\nlab: ${lab}\nprovider: vagrant\nnodes: {managers: 1, workers: 2, outsiders: 1}\nvagrant:\n  box: swarmlab/debian12\n  boxUrl: ${box}\n`;
}

/** What the truth tests ask of a lab whose machines are m1, w1 and others. */
export type TruthLab = ReturnType<typeof truthLab>;

export function truthLab(testbed: Testbed) {
  const exec = async (...words: readonly string[]) => {
    const { status, stdout, stderr } = await testbed.run(['exec', ...words]);
    if (status !== 0) throw new Error(`exec ${words.join(' ')} ended with ${status}: ${stdout}${stderr}`);
    return stdout.trim();
  };
  const faults = (...words: readonly string[]) =>
    testbed.json<FaultsDocument>(0, ['fault', ...words, '--timeout', '10m']);
  const explains = (...words: readonly string[]) =>
    testbed.json<ExplainDocument>(0, ['explain', ...words, ...patience]);
  return {
    exec,
    /** As typed: `delay 300ms --on w1`. It must be seen wherever faults are shown. */
    async breaks(line: string): Promise<void> {
      const kind = line.split(' ')[0];
      const shown = [{ id: 'f1', kind, inForce: true }];
      expect((await faults('add', ...line.split(' '))).faults, line).toMatchObject(shown);
      expect((await faults('list')).faults, line).toMatchObject(shown);
      const status = await testbed.json<StatusDocument>(0, ['status', ...patience]);
      expect(status.faults, line).toMatchObject([{ id: 'f1', kind }]);
    },
    /** Whatever is broken, if anything is; afterwards the pair is reached and nothing is found wrong. */
    async mends(...pair: readonly string[]): Promise<void> {
      await faults('clear');
      expect((await faults('list')).faults).toEqual([]);
      // Gossip that lost somebody finds him again by itself, which takes its time (networkdb, reconnects).
      const found = async () => (await explains(...pair)).cause.id;
      if (pair.length > 0) await expect.poll(found, { timeout: 300_000, interval: 5_000 }).toBe('reached');
    },
    explains,
    /** Echoes from m1 to w1 on the segment. */
    async echoes(count: number): Promise<{ answered: number; fastestMs: number }> {
      const { stdout } = await testbed.run([
        'exec',
        'm1',
        'ping',
        '-c',
        `${count}`,
        '-i',
        '0.2',
        '-W',
        '5',
        '192.168.56.12',
      ]);
      const answered = Number(/(\d+) received/.exec(stdout)?.[1] ?? Number.NaN);
      return { answered, fastestMs: Number(/= ([\d.]+)\//.exec(stdout)?.[1] ?? Number.NaN) };
    },
    /** How far the clock of w1 is before this computer's. */
    aheadSeconds: async () => Number(await exec('w1', 'date', '+%s')) - Date.now() / 1000,
    /** Names that no experiment has. c1 and c2 on a plain overlay, e1 and e2 on an encrypted one: the first of each on m1, the other on w1. */
    async build(): Promise<void> {
      const overlay = (...words: readonly string[]) =>
        exec('m1', 'docker', 'network', 'create', '-d', 'overlay', '--attachable', ...words);
      await overlay('truth-plain');
      await overlay('--opt', 'encrypted', 'truth-encrypted');
      for (const [node, name, network] of [
        ['m1', 'c1', 'truth-plain'],
        ['w1', 'c2', 'truth-plain'],
        ['m1', 'e1', 'truth-encrypted'],
        ['w1', 'e2', 'truth-encrypted'],
      ] as const)
        await exec(node, 'docker', 'run', '-d', '--name', name, '--network', network, image, 'tail', '-f', '/dev/null');
    },
    /**
     * What the model foretells of experiments, what came out, and where those differ. That the files' own expectations are
     * what came out too is in the verdicts.
     */
    async compare(which: readonly string[], name: string): Promise<{ run: RunDocument; diff: DiffDocument }> {
      const file = (verb: string) => join(testbed.folder, `${verb}-${name}.json`);
      const told = await testbed.json<PredictDocument>(0, ['predict', ...which, ...patience]);
      expect(told.asked).toBe(true);
      expect(told.totals.disagree).toBe(0);
      await writeFile(file('predict'), JSON.stringify(told));
      const run = await testbed.json<RunDocument>(0, ['run', ...which, ...patience]);
      await writeFile(file('run'), JSON.stringify(run));
      return { run, diff: await testbed.json<DiffDocument>(0, ['diff', file('predict'), file('run')]) };
    },
  };
}
