import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readFaults, writeFaults } from '../../src/fault/record.ts';
import type { FaultRecord } from '../../src/fault/types.ts';
import { forgetFaults, refuseBroken } from '../../src/lab/known-faults.ts';

const record: FaultRecord = {
  id: 'f2',
  since: '2026-11-21T13:00:00.000Z',
  fault: { kind: 'link-down', node: 'w1' },
  changes: [],
};
const lab = 'seat-07';

let stateHome = '';
let notes: string[] = [];
const folder = () => join(stateHome, 'labs', lab);
const context = () => ({ stateHome, lab, note: (text: string) => notes.push(text) });

beforeEach(async () => {
  stateHome = await mkdtemp(join(tmpdir(), 'known-faults-'));
  await mkdir(folder(), { recursive: true });
  notes = [];
});
afterEach(() => rm(stateHome, { recursive: true, force: true }));

it('no snapshot is saved of what is broken on purpose, and the error says what that is', async () => {
  await writeFaults(folder(), [record]);
  await expect(refuseBroken(context())).rejects.toMatchObject({
    code: 'snapshot.broken-on-purpose',
    message: expect.stringContaining("f2, w1's interface on the segment is down"),
    hint: 'swarmlab fault clear --lab seat-07, then save',
  });
  expect(await readFaults(folder())).toEqual([record]);
});

it('what was broken is gone with the state that the machines had, and that is said', async () => {
  await writeFaults(folder(), [record, { ...record, id: 'f3' }]);
  await forgetFaults(context());
  expect(await readdir(folder())).toEqual([]);
  expect(notes).toEqual([expect.stringMatching(/^No longer broken, .*f2, .*; f3, /)]);
});

it('where nothing is broken nobody says so', async () => {
  await refuseBroken(context());
  await forgetFaults(context());
  expect(notes).toEqual([]);
});
