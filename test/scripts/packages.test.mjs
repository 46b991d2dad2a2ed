import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareBundle } from '../../scripts/setup/bundle.mjs';
import { isInstalled, npmCommand } from '../../scripts/setup/packages.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swarmlab-packages-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tool = { version: '1.0.0', integrity: 'sha512-a' };
const native = (os) => ({ version: '1.0.0', integrity: `sha512-${os}`, optional: true, os: [os], cpu: ['x64'] });

function write(wanted, present) {
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }));
  if (present === null) return;
  for (const path of Object.keys(present)) mkdirSync(join(folder, path), { recursive: true });
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: present }));
}
const installed = () => isInstalled(folder, { platform: 'linux', arch: 'x64' });

describe('isInstalled', () => {
  const wanted = {
    'node_modules/a': tool,
    'node_modules/n-linux': native('linux'),
    'node_modules/n-mac': native('darwin'),
  };
  const present = { 'node_modules/a': tool, 'node_modules/n-linux': native('linux') };

  it('is true for what the lock file says, other systems left out', () => {
    write(wanted, present);
    expect(installed()).toBe(true);
  });

  it.each([
    ['nothing is there', null],
    ['a package is missing', { 'node_modules/n-linux': native('linux') }],
    ['the part for this system is missing', { 'node_modules/a': tool }],
    ['a version differs', { ...present, 'node_modules/a': { ...tool, version: '2.0.0' } }],
    ['a checksum differs', { ...present, 'node_modules/a': { ...tool, integrity: 'sha512-b' } }],
    ['there is one too many', { ...present, 'node_modules/b': tool }],
    ['it was made on another system', { ...present, 'node_modules/n-mac': native('darwin') }],
  ])('is false when %s', (_what, there) => {
    write(wanted, there);
    expect(installed()).toBe(false);
  });

  it('stays true when what is not packed was taken out', () => {
    const extra = { 'node_modules/cpu-features': { ...tool, optional: true } };
    write({ ...wanted, ...extra }, { ...present, ...extra });
    prepareBundle(folder);
    expect(existsSync(join(folder, 'node_modules/cpu-features'))).toBe(false);
    expect(installed()).toBe(true);
  });

  it('is false when a folder was removed by hand', () => {
    write(wanted, present);
    rmSync(join(folder, 'node_modules/a'), { recursive: true });
    expect(installed()).toBe(false);
  });
});

describe('npmCommand', () => {
  it('runs the npm that runs the script, by this Node', () => {
    const path = '/usr/lib/node_modules/npm/bin/npm-cli.js';
    expect(npmCommand({ npm_execpath: path })).toEqual({ program: process.execPath, args: [path] });
  });

  it.each([{}, { npm_execpath: '/opt/yarn/bin/yarn.js' }])('falls back on the npm of the PATH for %j', (env) => {
    expect(npmCommand(env).program).not.toBe(process.execPath);
  });
});

describe('prepareBundle', () => {
  it('takes install scripts and native options out of what is packed, and out of nothing else', () => {
    const manifest = {
      name: 'a',
      scripts: { install: 'make', test: 'x' },
      optionalDependencies: { 'cpu-features': '1' },
    };
    write(
      { 'node_modules/a': tool, 'node_modules/cpu-features': tool, 'node_modules/d': { ...tool, dev: true } },
      { 'node_modules/a': tool, 'node_modules/cpu-features': tool, 'node_modules/d': tool },
    );
    const manifestOf = (name) => join(folder, 'node_modules', name, 'package.json');
    for (const name of ['a', 'd']) writeFileSync(manifestOf(name), JSON.stringify(manifest));
    prepareBundle(folder);
    prepareBundle(folder);
    expect(JSON.parse(readFileSync(manifestOf('a'), 'utf8'))).toEqual({
      name: 'a',
      scripts: { test: 'x' },
      optionalDependencies: {},
    });
    expect(JSON.parse(readFileSync(manifestOf('d'), 'utf8'))).toEqual(manifest);
    expect(existsSync(join(folder, 'node_modules/cpu-features'))).toBe(false);
  });
});
