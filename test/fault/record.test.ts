import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nextId, readFaults, writeFaults } from '../../src/fault/record.ts';
import type { FaultRecord } from '../../src/fault/types.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'swarmlab-faults-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const record: FaultRecord = {
  id: 'f2',
  since: '2026-11-21T13:00:00.000Z',
  fault: { kind: 'link-down', node: 'w1' },
  changes: [{ kind: 'clock', node: 'w1', skewMs: 1 }],
};

it('faults are read as they were written, by their owner alone; without any there is no file', async () => {
  expect(await readFaults(folder)).toEqual([]);
  await writeFaults(folder, [record]);
  expect(await readFaults(folder)).toEqual([record]);
  expect((await stat(join(folder, 'faults.json'))).mode & 0o777).toBe(0o600);
  await writeFaults(folder, []);
  expect(await readdir(folder)).toEqual([]);
});

it('a record that cannot be read is an error that says how to go on', async () => {
  await writeFile(join(folder, 'faults.json'), '{"faults": ');
  await expect(readFaults(folder)).rejects.toMatchObject({
    code: 'fault.record',
    hint: expect.stringContaining('swarmlab down'),
  });
});

it('no id is given twice at once', () => {
  expect(nextId([])).toBe('f1');
  expect(nextId([{ id: 'f10' }, { id: 'f9' }])).toBe('f11');
});
