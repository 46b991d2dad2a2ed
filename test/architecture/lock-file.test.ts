import { describe, expect, it } from 'vitest';
import { findMissingSystems, type LockEntry } from './lock-file.ts';
import { listFiles, readText } from './tree.ts';

const lock: { packages: Record<string, LockEntry> } = JSON.parse(readText('package-lock.json'));

/** In pieces, so that this file does not contain what it looks for. */
const registryHost = new RegExp(['registry', '(npmjs|yarnpkg)'].join('\\.'), 'i');

describe('package-lock.json', () => {
  it('has win32 and darwin parts of every native package', () => {
    const native = Object.values(lock.packages).filter((entry) => entry.os !== undefined);
    expect(native.length).toBeGreaterThan(0);
    expect(findMissingSystems(lock.packages)).toEqual([]);
  });

  it('names no place that packages come from', () => {
    const resolved = Object.entries(lock.packages).filter(([, entry]) => 'resolved' in entry);
    expect(resolved).toEqual([]);
    expect(readText('package-lock.json')).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  });
});

describe('findMissingSystems', () => {
  const part = (os: string) => ({ os: [os], cpu: ['x64'] });
  const tool = { optionalDependencies: { 'tool-linux': '1', 'tool-darwin': '1', 'tool-win32': '1' } };

  it('accepts a package with parts for all three systems', () => {
    const packages = {
      'node_modules/tool': tool,
      'node_modules/tool-linux': part('linux'),
      'node_modules/tool-darwin': part('darwin'),
      'node_modules/tool-win32': part('win32'),
    };
    expect(findMissingSystems(packages)).toEqual([]);
  });

  it('finds the one that is missing', () => {
    const packages = {
      'node_modules/tool': tool,
      'node_modules/tool-linux': part('linux'),
      'node_modules/tool-darwin': part('darwin'),
    };
    expect(findMissingSystems(packages)).toEqual(['tool: no win32']);
  });

  it('finds a native package that stands alone', () => {
    expect(findMissingSystems({ 'node_modules/lonely': part('linux') })).toEqual([
      'lonely: native, and no package names it as one of its parts',
    ]);
  });
});

it('names no package registry anywhere in the tree', () => {
  const text = listFiles().filter((path) => !/\.(png|tgz)$/.test(path));
  expect(text).toContain('package-lock.json');
  expect(text.filter((path) => registryHost.test(readText(path)))).toEqual([]);
});
