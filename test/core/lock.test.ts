import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holdLock } from '../../src/core/lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'swarmlab-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hold = (said: string[] = [], timeoutMs = 10_000) =>
  holdLock({
    path: join(folder, 'lab.lock'),
    verb: 'up',
    signal: new AbortController().signal,
    timeoutMs,
    awaiting: (what) => said.push(what),
  });

it('is held by one at a time, in turn, and leaves no file', async () => {
  let holders = 0;
  const work = async () => {
    await using _lock = await hold();
    holders += 1;
    expect(holders).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    holders -= 1;
  };
  await Promise.all([work(), work(), work()]);
  expect(await readdir(folder)).toEqual([]);
});

it('says who holds it, and gives up after its time', async () => {
  await using _lock = await hold();
  const said: string[] = [];
  await expect(hold(said, 1)).rejects.toMatchObject({
    code: 'wait.timeout',
    hint: expect.stringContaining('lab.lock'),
  });
  expect(said[0]).toContain(`swarmlab up (process ${process.pid})`);
});

it.each([
  ['is gone', () => ({ pid: spawnSync('true').pid, startTime: null })],
  ['had its number given to another', () => ({ pid: process.pid, startTime: 'another' })],
])('of a process that %s is taken over', async (_what, holder) => {
  await writeFile(join(folder, 'lab.lock'), JSON.stringify({ ...holder(), verb: 'up' }));
  await using _lock = await hold();
  expect(await readdir(folder)).toEqual(['lab.lock']);
});

it('says which folder cannot be made', async () => {
  await writeFile(join(folder, 'file'), '');
  const { signal } = new AbortController();
  const path = join(folder, 'file', 'labs', 'lab.lock');
  const held = holdLock({ path, verb: 'up', signal, timeoutMs: 1_000, awaiting: () => undefined });
  await expect(held).rejects.toMatchObject({
    code: 'state.not-writable',
    message: expect.stringContaining(join(folder, 'file', 'labs')),
  });
});
