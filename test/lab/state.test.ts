import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readState } from '../../src/lab/state.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'swarmlab-state-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

it('a lab without a state is no lab', async () => {
  expect(await readState(home, 'seat')).toBeNull();
});

it('a state that may not be read is no missing lab', async () => {
  await mkdir(join(home, 'labs', 'seat', 'lab.json'), { recursive: true });
  await expect(readState(home, 'seat')).rejects.toMatchObject({
    code: 'state.not-readable',
    message: expect.stringContaining(join(home, 'labs', 'seat')),
  });
});
