import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { box } from './prepared.ts';
import { createTestbed, standInFolder, type Testbed } from './testbed.ts';

// What goes wrong in a workshop before any machine runs, or because one does not: each a clear error, and `down` clears.

interface Refusal {
  error: {
    code: string;
    message: string;
    hint?: string;
    problems?: { code: string; message: string; hint?: string }[];
  };
}

let testbed: Testbed;

beforeAll(async () => {
  testbed = await createTestbed();
});

afterAll(async () => {
  await testbed[Symbol.asyncDispose]();
});

async function upFails(yaml: string, env: Readonly<Record<string, string>> = {}, options: readonly string[] = []) {
  await testbed.writeConfig(yaml);
  const { error } = await testbed.json<Refusal>(3, ['up', '--provider', 'vagrant', ...options], env);
  const { leaks } = await testbed.json<{ leaks: unknown[] }>(0, ['down']);
  expect(leaks).toEqual([]);
  const machines = await testbed.program('VBoxManage', ['list', 'vms']);
  expect(machines.stdout).not.toMatch(/swarmlab-[0-9a-f]{10}-/);
  return [error, ...(error.problems ?? [])];
}

const withBox = (more = '') => `version: 1\nlab: faults\nvagrant:\n  box: swarmlab/debian12\n  boxUrl: ${box}\n${more}`;

describe('up --provider vagrant', () => {
  it('without Vagrant says how to install it', async () => {
    // Node and Python alone: a PATH as on a machine on which nobody installed anything.
    const bare = await mkdtemp(join(tmpdir(), 'swarmlab-bare-'));
    try {
      for (const name of ['python3', 'env', 'sh']) await symlink(`/usr/bin/${name}`, join(bare, name));
      const problems = await upFails(withBox(), { PATH: [standInFolder, bare].join(delimiter) });
      expect(problems).toContainEqual(
        expect.objectContaining({ code: 'vagrant.missing', hint: expect.stringContaining('install') }),
      );
    } finally {
      await rm(bare, { recursive: true });
    }
  });

  it('with Vagrant but without VirtualBox says that it is missing', async () => {
    const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== standInFolder);
    const problems = await upFails(withBox(), { PATH: path.join(delimiter) });
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'virtualbox.missing', hint: expect.stringMatching(/virtualbox/i) }),
    );
  });

  it('with a box file that is not there names the file', async () => {
    const problems = await upFails('version: 1\nlab: faults\nvagrant: {box: not-there.box}\n');
    expect(problems).toContainEqual(expect.objectContaining({ message: expect.stringContaining('not-there.box') }));
  });

  it('with a box file that was altered names the checksum', async () => {
    const problems = await upFails(withBox(`  sha256: ${'f'.repeat(64)}\n`));
    expect(problems).toContainEqual(expect.objectContaining({ message: expect.stringMatching(/sha-?256|checksum/i) }));
  });

  it('with a file that is no box says so', async () => {
    const file = join(testbed.folder, 'no.box');
    await writeFile(file, 'this is no box');
    const problems = await upFails(`version: 1\nlab: faults\nvagrant: {box: other/box, boxUrl: ${file}}\n`);
    expect(problems).toContainEqual(expect.objectContaining({ code: 'vagrant.box' }));
  });

  it('with a box of no catalogue says what to do without internet', async () => {
    const problems = await upFails('version: 1\nlab: faults\nvagrant: {box: nobody/nothing}\n');
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'vagrant.box', hint: expect.stringContaining('.box') }),
    );
  });

  it('with a processor that Hyper-V holds says what holds it', async () => {
    const problems = await upFails(withBox(), { SWARMLAB_VIRTUALBOX_FAULTS: 'hypervisor-taken' });
    expect(problems).toContainEqual(expect.objectContaining({ code: 'vagrant.hypervisor' }));
  });

  it('with a machine that never boots gives up in the time that there is, and removes it', async () => {
    const problems = await upFails(withBox(), { SWARMLAB_VIRTUALBOX_FAULTS: 'never-boots' }, ['--timeout', '60s']);
    expect(problems).toContainEqual(expect.objectContaining({ code: 'vagrant.boot' }));
  });
});
