import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestbed, type Testbed } from '../vagrant/testbed.ts';

// The short part of `npm run test:vagrant`: the real vagrant reads our Vagrantfile and our plans; no machine boots.

const hasVagrant = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'vagrant')));

describe('provider vagrant, the short part (the whole: npm run test:vagrant)', () => {
  let testbed: Testbed;

  beforeAll(async () => {
    testbed = await createTestbed();
  });

  afterAll(async () => {
    await testbed[Symbol.asyncDispose]();
  });

  it('the real vagrant takes the Vagrantfile, and names the machines of the default lab', async ({ skip }) => {
    if (!hasVagrant) skip('there is no vagrant on this machine, and it could not be installed');
    const root = new URL('../..', import.meta.url).pathname;
    const surroundings = { VAGRANT_DOTFILE_PATH: join(testbed.folder, 'dotfile') };
    expect(await testbed.program('vagrant', ['validate'], root, surroundings)).toMatchObject({ status: 0, stderr: '' });
    const { stdout } = await testbed.program('vagrant', ['status', '--machine-readable'], root, surroundings);
    for (const name of ['m1', 'w1', 'o1']) expect(stdout).toContain(`,${name},state,not_created`);
  });

  it('a box that is not there ends up before any machine, and down leaves nothing', async () => {
    await testbed.writeConfig('version: 1\nlab: short\nvagrant: {box: not-there.box}\n');
    const { error } = await testbed.json<{ error: { message: string; problems: { message: string }[] } }>(3, [
      'up',
      '--provider',
      'vagrant',
    ]);
    const said = [error, ...error.problems].map(({ message }) => message).join('\n');
    expect(said).toContain(hasVagrant ? 'not-there.box' : 'agrant');
    expect((await testbed.calls()).filter(({ argv }) => /^(import|createvm|startvm)$/.test(argv[0] ?? ''))).toEqual([]);
    expect(await testbed.json(0, ['down'])).toMatchObject({ leaks: [] });
  });
});
