import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homesOfTheDead, makeOwnHome, removeHome } from './own-home.mjs';

// Who made one is told by /proc, as random labs are made on Linux alone.
describe.runIf(process.platform === 'linux')('a state home of random labs', () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'own-home-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const markOf = (home) => path.join(home, readdirSync(home)[0]);
  const madeBy = (change) => {
    const home = makeOwnHome(folder);
    const maker = JSON.parse(readFileSync(markOf(home), 'utf8'));
    writeFileSync(markOf(home), JSON.stringify({ ...maker, ...change }));
    return home;
  };

  it('is left alone while its maker runs', () => {
    makeOwnHome(folder);
    expect(homesOfTheDead(folder)).toEqual([]);
  });

  it.each([
    ['is gone', { pid: 2 ** 30 }],
    ['is gone, and another process has its number', { startTime: '1' }],
  ])('is found when its maker %s', (_, change) => {
    const dead = madeBy(change);
    makeOwnHome(folder);
    expect(homesOfTheDead(folder)).toEqual([dead]);
    removeHome(dead);
    expect(homesOfTheDead(folder)).toEqual([]);
  });

  it('is none that somebody else made, by whatever name', () => {
    for (const name of ['swarmlab-random-1', 'random-1', 'labs']) mkdirSync(path.join(folder, name));
    expect(homesOfTheDead(folder)).toEqual([]);
    const torn = madeBy({});
    writeFileSync(markOf(torn), '{"pid": 1');
    expect(homesOfTheDead(folder)).toEqual([]);
  });
});
