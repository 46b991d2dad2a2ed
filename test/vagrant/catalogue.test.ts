import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusDocument } from '../../src/report/documents.ts';
import { box } from './prepared.ts';
import { note } from './report.ts';
import { roomWithoutNetwork } from './room.ts';
import { createTestbed, type Testbed } from './testbed.ts';
import { fourMachines, patience, truthLab } from './truth-lab.ts';

// The catalogue beside the model on a kernel that has everything it asks for: what the files state, what the model foretells
// and what comes out are the same.

/** `npm run test:vagrant -- --long catalogue`: an hour or so. */
const isLong = process.env.SWARMLAB_TEST_LONG === '1';

describe.runIf(isLong)('the whole catalogue on virtual machines', () => {
  let testbed: Testbed;

  beforeAll(async () => {
    testbed = await createTestbed({ room: await roomWithoutNetwork() });
    await testbed.writeConfig(fourMachines('catalogue', box));
  });

  afterAll(async () => {
    await testbed[Symbol.asyncDispose]();
  });

  it('is as the files say, and as the model foretold', async () => {
    const document = await testbed.json<StatusDocument>(0, ['up', ...patience]);
    expect(document.swarm).toMatchObject({ managers: 1, workers: 2 });
    const { run, diff } = await truthLab(testbed).compare(['--all'], 'all');
    note('catalogue: run of all experiments', run.durationMs);
    expect(run.experiments.filter(({ verdict }) => verdict === 'differs' || verdict === 'not-measured')).toEqual([]);
    expect(run.totals.asExpected).toBeGreaterThan(40);
    expect(diff.differences).toEqual([]);
    expect(diff.notCompared.filter(({ cause }) => cause !== 'skipped')).toEqual([]);
  });
});
