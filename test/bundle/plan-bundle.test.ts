import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleProblems, planBundle, windowsRefuses } from '../../src/bundle/plan-bundle.ts';
import { compareSums, formatSums, parseSums } from '../../src/bundle/sums.ts';
import { bundleConfig } from '../../src/bundle/texts.ts';
import type { BoxFile, BundleEntry } from '../../src/bundle/types.ts';
import { loadConfig } from '../../src/config/load.ts';

const one = 'a'.repeat(64);
const other = 'B'.repeat(64);

function box(provider: 'virtualbox' | 'libvirt', bytes = 1000): BoxFile {
  return { path: `/x/some name ${provider}`, provider, bytes, sha256: one };
}

function plan(bytes = 1000): BundleEntry[] {
  return planBundle({
    version: '0.1.0',
    boxes: [box('virtualbox', bytes), box('libvirt')],
    tarball: { path: '/w/swarmlab-0.1.0.tgz', name: 'swarmlab-0.1.0.tgz', bytes: 1000 },
    images: [{ path: '/c/built-in.tar', name: 'built-in.tar', bytes: 1000 }],
  });
}

describe('the plan of a bundle', () => {
  it('has the papers, the tool, the boxes under names of our own, the images', () => {
    expect(plan().map(({ name }) => name)).toEqual([
      'README.txt',
      'swarmlab.yaml',
      'swarmlab-0.1.0.tgz',
      'swarmlab-debian12-virtualbox.box',
      'swarmlab-debian12-libvirt.box',
      'images/built-in.tar',
    ]);
  });

  it('has a README in two languages that Notepad reads', () => {
    const [readme] = plan();
    const text = readme?.kind === 'text' ? readme.text : '';
    expect(text.startsWith('\ufeff')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    expect(text.match(/npm install -g --offline \.\/swarmlab-0\.1\.0\.tgz/g)).toHaveLength(2);
    expect(text).toMatch(/[가-힣]/);
  });

  it('fits where there is room, and says everything that does not', () => {
    expect(bundleProblems(plan(), '/stick', 1024 ** 3)).toEqual([]);
    const problems = bundleProblems(
      [...plan(4 * 1024 ** 3), { kind: 'text', name: 'images/aux.tar', text: '' }],
      '/stick',
      1024 ** 3,
    );
    expect(problems.map(({ code }) => code)).toEqual(['bundle.file-too-large', 'bundle.name', 'bundle.no-space']);
    expect(problems[2]?.message).toContain('4097 MiB in /stick, where 1024 MiB are free');
    expect(bundleProblems(plan(4 * 1024 ** 3 - 1), '/stick', 1024 ** 4)).toEqual([]);
  });
});

it.each([
  ['swarmlab.yaml', false],
  ['images/a.tar', false],
  ['connect.tar', false],
  ['images/NUL', true],
  ['com1.tar', true],
  ['a:b', true],
  ['a.', true],
  ['images/', true],
])('Windows refuses %j: %s', (name, refuses) => {
  expect(windowsRefuses(name)).toBe(refuses);
});

it('writes a config that is read as it is meant: the box beside it, with its checksum', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'swarmlab-bundle-test-'));
  try {
    const boxes = (['virtualbox', 'libvirt'] as const).map((provider) => ({
      ...box(provider),
      name: `${provider}.box`,
    }));
    await writeFile(path.join(folder, 'swarmlab.yaml'), bundleConfig(boxes));
    const config = await loadConfig({ file: null, cwd: folder, platform: 'linux' });
    expect(config.source.problems).toEqual([]);
    expect(config.provider).toBe('vagrant');
    expect(config.vagrant).toMatchObject({
      provider: 'virtualbox',
      box: { name: 'swarmlab/debian12', url: path.join(folder, 'virtualbox.box'), sha256: one },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('SHA256SUMS', () => {
  it('comes back as it was written, also with the line ends of Windows', () => {
    const text = formatSums([
      { name: 'a b.txt', sha256: one },
      { name: 'images/c.tar', sha256: one },
    ]);
    const sums = new Map([
      ['a b.txt', one],
      ['images/c.tar', one],
    ]);
    expect(parseSums(text)).toEqual(sums);
    expect(parseSums(text.replaceAll('\n', '\r\n'))).toEqual(sums);
    expect(parseSums(`${other} *x\n`)).toEqual(new Map([['x', other.toLowerCase()]]));
  });

  it.each([
    ['', 'nothing'],
    ['hello\n', 'no list'],
    [`${one}  ../x\n`, 'out of the folder'],
    [`${one}  /etc/passwd\n`, 'out of the folder'],
    [`${one}  a\\..\\b\n`, 'out of the folder on Windows'],
    [`${one}  C:x\n`, 'another drive'],
    [`${one}  a\n${one}  a\n`, 'twice'],
  ])('is refused: %j, %s', (text) => {
    expect(parseSums(text)).toBeNull();
  });

  it('tells what is missing, altered and extra, and is not itself extra', () => {
    const listed = new Map([
      ['whole', one],
      ['gone', one],
      ['changed', one],
      ['a link', one],
    ]);
    const found = new Map([
      ['whole', one],
      ['changed', 'c'.repeat(64)],
      ['a link', null],
      ['System Volume Information/x', null],
      ['SHA256SUMS', null],
    ]);
    expect(compareSums(listed, found)).toEqual([
      { kind: 'extra', name: 'System Volume Information/x' },
      { kind: 'altered', name: 'a link' },
      { kind: 'altered', name: 'changed' },
      { kind: 'missing', name: 'gone' },
    ]);
  });
});
