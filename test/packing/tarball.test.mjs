import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npmCommand } from '../../scripts/setup/packages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version, dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const npm = npmCommand();

/** What `npm run` puts into the environment would be taken for settings by the npm that is run here. */
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

let work;
let files;
/** An empty folder, with a home folder as empty, where the tarball is installed. */
const folder = () => join(work, 'empty');

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'swarmlab-pack-'));
  mkdirSync(folder());
  mkdirSync(join(work, 'home'));
  must(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root });
  const packed = must(npm.program, [...npm.args, 'pack', '--json', `--pack-destination=${work}`], { cwd: root });
  files = JSON.parse(packed)[0].files.map((file) => file.path);
  const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'));
  // --prefix: npm otherwise looks for a project in the folders above.
  const install = ['install', '--offline', '--no-audit', '--no-fund', `--prefix=${folder()}`, join(work, tarball)];
  offline(npm.program, [...npm.args, ...install]);
}, 300_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('the tarball', () => {
  it('has the tool, what goes to the nodes, the schemas and the papers', () => {
    const top = new Set(files.map((file) => file.split('/')[0]));
    expect([...top]).toEqual(expect.arrayContaining(['dist', 'provision', 'schema', 'docs', 'node_modules']));
    expect(files).toEqual(
      expect.arrayContaining(['dist/cli.js', 'package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']),
    );
    expect(files.filter((file) => /^(src|test|scripts|\.ci|\.cache)\//.test(file))).toEqual([]);
  });

  it('has every dependency and nothing of development', () => {
    const holds = (name) => files.includes(`node_modules/${name}/package.json`);
    expect(Object.keys(dependencies).filter((name) => !holds(name))).toEqual([]);
    // protobufjs, which dockerode brings along, depends on @types/node.
    const brought = ['@types/node'];
    expect(Object.keys(devDependencies).filter((name) => holds(name) && !brought.includes(name))).toEqual([]);
  });

  it('has no native build, and nothing that npm would run while it installs', () => {
    expect(files.filter((file) => /\.node$|\/(cpu-features|nan|buildcheck)\//.test(file))).toEqual([]);
    const manifests = files.filter((file) =>
      /^node_modules\/((@[^/]+\/)?[^/]+\/node_modules\/)*(@[^/]+\/)?[^/]+\/package\.json$/.test(file),
    );
    expect(manifests.length).toBeGreaterThan(Object.keys(dependencies).length);
    const scriptsOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).scripts ?? {};
    expect(
      manifests.filter((file) => /"((pre|post)?install)"/.test(JSON.stringify(Object.keys(scriptsOf(file))))),
    ).toEqual([]);
    expect(manifests.filter((file) => files.includes(file.replace('package.json', 'binding.gyp')))).toEqual([]);
  });
});

describe('installed in an empty folder, with no network', () => {
  const swarmlab = (...args) => offline(join(folder(), 'node_modules/.bin/swarmlab'), args);

  it('says its version', () => {
    expect(swarmlab('--version').trim()).toBe(version);
  });

  it('says what it can do', () => {
    expect(swarmlab('--help')).toMatch(/up[\s\S]*scope[\s\S]*down/);
  });
});

/** Runs a program in a network namespace that has nothing in it. */
function offline(program, args) {
  return must('unshare', ['--net', '--', program, ...args], {
    cwd: folder(),
    env: { ...clean, HOME: join(work, 'home') },
  });
}

function must(program, args, options) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: clean,
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${status ?? error?.message}:\n${stderr}`);
}
