import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  holdsNeighbours,
  limitNeighbours,
  type NeighbourTablePaths,
  releaseNeighbours,
  reserveNeighbours,
} from '../../src/provider/netns/neighbour-table.ts';

const { signal } = new AbortController();
let root: string;
let paths: NeighbourTablePaths;
let red: string;
let blue: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'swarmlab-neighbours-'));
  paths = { folder: join(root, 'run'), sysctls: join(root, 'sys') };
  [red, blue] = [join(root, 'red'), join(root, 'blue')];
  for (const folder of [paths.sysctls, red, blue]) await mkdir(folder);
  for (const [index, value] of [128, 512, 1024].entries()) {
    await writeFile(join(paths.sysctls, `gc_thresh${index + 1}`), `${value}\n`);
  }
});
afterEach(() => rm(root, { recursive: true, force: true }));

const limits = () =>
  Promise.all([1, 2, 3].map(async (n) => Number(await readFile(join(paths.sysctls, `gc_thresh${n}`), 'utf8'))));

describe('the neighbour table', () => {
  it('is as small as the smallest wish of a lab while one wants it so, and has its room again afterwards', async () => {
    await reserveNeighbours(red, 4000, signal, paths);
    await limitNeighbours(red, 40, signal, paths);
    expect(await limits()).toEqual([10, 20, 40]);
    await limitNeighbours(blue, 8, signal, paths);
    expect(await limits()).toEqual([2, 4, 8]);
    await reserveNeighbours(blue, 8000, signal, paths);
    expect(await limits()).toEqual([2, 4, 8]);
    await limitNeighbours(blue, null, signal, paths);
    expect(await limits()).toEqual([10, 20, 40]);
    await limitNeighbours(red, null, signal, paths);
    expect(await limits()).toEqual([3000, 6000, 13024]);
    await releaseNeighbours(blue, signal, paths);
    await releaseNeighbours(red, signal, paths);
    expect(await limits()).toEqual([128, 512, 1024]);
  });

  it.each(['by its end', 'without a word'])('forgets a limit with its lab that goes %s', async (how) => {
    await limitNeighbours(red, 40, signal, paths);
    await reserveNeighbours(blue, 8000, signal, paths);
    if (how === 'by its end') await releaseNeighbours(red, signal, paths);
    else await rm(red, { recursive: true });
    await releaseNeighbours(blue, signal, paths);
    expect(await limits()).toEqual([128, 512, 1024]);
  });

  it('has room for all labs together, and is put back with the last one', async () => {
    await reserveNeighbours(red, 4000, signal, paths);
    expect(await limits()).toEqual([1000, 2000, 5024]);
    await reserveNeighbours(blue, 8000, signal, paths);
    expect(await limits()).toEqual([3000, 6000, 13024]);
    await releaseNeighbours(red, signal, paths);
    expect(await limits()).toEqual([2000, 4000, 9024]);
    expect(await holdsNeighbours(blue, paths)).toBe(true);
    await releaseNeighbours(blue, signal, paths);
    expect(await limits()).toEqual([128, 512, 1024]);
    expect(await holdsNeighbours(blue, paths)).toBe(false);
  });

  it('counts a lab once, however often it comes up', async () => {
    await reserveNeighbours(red, 4000, signal, paths);
    await reserveNeighbours(red, 4000, signal, paths);
    expect(await limits()).toEqual([1000, 2000, 5024]);
  });

  it('is never made smaller than it was', async () => {
    await writeFile(join(paths.sysctls, 'gc_thresh1'), '100000\n');
    await reserveNeighbours(red, 10, signal, paths);
    expect((await limits())[0]).toBe(100_000);
  });

  it('forgets a lab whose folder is gone', async () => {
    await reserveNeighbours(red, 4000, signal, paths);
    await reserveNeighbours(blue, 4000, signal, paths);
    await rm(red, { recursive: true });
    await releaseNeighbours(blue, signal, paths);
    expect(await limits()).toEqual([128, 512, 1024]);
  });

  it('is left to the outer machine where it cannot be set', async () => {
    await rm(paths.sysctls, { recursive: true });
    await reserveNeighbours(red, 4000, signal, paths);
    await releaseNeighbours(red, signal, paths);
  });

  it('is right after many labs at once', async () => {
    await Promise.all([red, blue, red, blue].map((lab) => reserveNeighbours(lab, 1000, signal, paths)));
    expect((await limits())[2]).toBe(3024);
  });
});
