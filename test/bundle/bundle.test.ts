import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBundle } from '../../src/bundle/create.ts';
import { verifyBundle } from '../../src/bundle/verify.ts';
import type { RunProgram } from '../../src/core/program/run-program.ts';
import { runStepsSilently } from '../../src/core/steps.ts';

const { signal } = new AbortController();
let work: string;
const at = (...names: string[]) => path.join(work, ...names);

beforeEach(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'swarmlab-bundle-test-'));
  await mkdir(at('cache'));
  await writeFile(at('cache', 'built-in.tar'), 'image');
  await writeFile(at('lab.box'), boxOf('virtualbox', 3_000_000));
});
afterEach(() => rm(work, { recursive: true, force: true }));

/** A box as tar makes it: metadata.json, then a disk that does not compress. */
function boxOf(provider: string, diskBytes: number): Buffer {
  const disk = Buffer.alloc(diskBytes, Buffer.from(Array.from({ length: 997 }, (_, index) => (index * 7919) % 251)));
  const files: [string, Buffer][] = [
    ['metadata.json', Buffer.from(JSON.stringify({ provider }))],
    ['disk', disk],
  ];
  const blocks = files.flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`${content.length.toString(8).padStart(11, '0')} `, 124);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 1 });
}

/** In place of npm: writes the tarball where npm pack would. */
const npm: RunProgram = async (_file, args) => {
  const target = args[args.indexOf('--pack-destination') + 1] ?? '';
  await writeFile(path.join(target, 'swarmlab-9.9.9.tgz'), 'the tool');
  return { kind: 'ended', exitStatus: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
};

function create(given: { boxes?: string[]; run?: RunProgram; signal?: AbortSignal } = {}) {
  return createBundle({
    folder: at('stick'),
    boxes: [at('lab.box')],
    cacheDir: at('cache'),
    run: npm,
    signal,
    runSteps: runStepsSilently,
    ...given,
  });
}

const verify = () => verifyBundle(at('stick'), signal, () => undefined);

describe('a bundle', () => {
  it('that was made is whole', async () => {
    const made = await create();
    expect((await readdir(at('stick'))).sort()).toEqual([
      'README.txt',
      'SHA256SUMS',
      'images',
      'swarmlab-9.9.9.tgz',
      'swarmlab-debian12-virtualbox.box',
      'swarmlab.yaml',
    ]);
    expect(await readFile(at('stick', 'swarmlab-debian12-virtualbox.box'))).toEqual(await readFile(at('lab.box')));
    expect(made.files.map(({ name }) => name)).toContain('images/built-in.tar');
    expect(await verify()).toMatchObject({ listed: 5, findings: [] });
  });

  it('tells every file that is missing, altered or extra', async () => {
    await create();
    await rm(at('stick', 'swarmlab.yaml'));
    await appendFile(at('stick', 'images', 'built-in.tar'), '!');
    await writeFile(at('stick', 'autorun.inf'), '');
    expect((await verify()).findings).toEqual([
      { kind: 'extra', name: 'autorun.inf' },
      { kind: 'altered', name: 'images/built-in.tar' },
      { kind: 'missing', name: 'swarmlab.yaml' },
    ]);
  });

  it('that has no list, or something else for it, is not read as one', async () => {
    await mkdir(at('stick'));
    await expect(verify()).rejects.toMatchObject({ code: 'bundle.unreadable', exitStatus: 3 });
    await writeFile(at('stick', 'SHA256SUMS'), `${'a'.repeat(64)}  ../lab.box\n`);
    await expect(verify()).rejects.toMatchObject({ code: 'bundle.unreadable' });
  });
});

describe('no bundle is made', () => {
  it('where files are already, and they stay', async () => {
    await mkdir(at('stick'));
    await writeFile(at('stick', 'photos'), 'mine');
    await expect(create()).rejects.toMatchObject({ code: 'bundle.folder-filled' });
    expect(await readdir(at('stick'))).toEqual(['photos']);
  });

  it('of what is no box', async () => {
    await writeFile(at('lab.box'), 'hello');
    await expect(create()).rejects.toMatchObject({ code: 'bundle.not-a-box' });
    await writeFile(at('lab.box'), boxOf('hyperv', 10));
    await expect(create()).rejects.toMatchObject({ code: 'bundle.not-a-box' });
    await expect(create({ boxes: [at('none.box')] })).rejects.toMatchObject({ code: 'bundle.not-a-box' });
  });

  it('of two boxes for one provider', async () => {
    await expect(create({ boxes: [at('lab.box'), at('lab.box')] })).rejects.toMatchObject({
      code: 'bundle.same-provider',
    });
  });

  it('when npm fails, with its words', async () => {
    const run: RunProgram = async () => ({
      kind: 'ended',
      exitStatus: 1,
      stdout: Buffer.alloc(0),
      stderr: Buffer.from('npm error no luck'),
    });
    await expect(create({ run })).rejects.toMatchObject({
      code: 'bundle.pack',
      message: expect.stringContaining('no luck'),
    });
  });

  it('half: what was written goes when it is interrupted', async () => {
    const controller = new AbortController();
    const run: RunProgram = async (...given) => {
      const result = await npm(...given);
      controller.abort(new Error('enough'));
      return result;
    };
    await expect(create({ run, signal: controller.signal })).rejects.toThrow('enough');
    expect(await readdir(work)).not.toContain('stick');
  });
});
