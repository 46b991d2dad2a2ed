import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareBundle } from './bundle.mjs';
import { run } from './children.mjs';
import { Stop, say } from './stop.mjs';

/** Installs the npm packages of package-lock.json where node_modules is not exactly that already. */
export async function ensureNpmPackages(folder) {
  if (!isInstalled(folder)) await install(folder);
  prepareBundle(folder);
}

async function install(folder) {
  say('Installing the npm packages of package-lock.json.');
  const { program, args } = npmCommand();
  const { status } = await run(program, [...args, 'ci', '--include=dev', '--loglevel=error'], {
    cwd: folder,
    // npm wants development packages left out where NODE_ENV is production; --include=dev says otherwise to npm alone.
    env: { ...process.env, NODE_ENV: '' },
  });
  if (status !== 0) {
    throw new Stop(
      `npm ci ended with ${status} (its own words are above): the npm packages are not installed.\n` +
        'A network failure is the usual reason; type the command again when it is solved.',
    );
  }
}

/**
 * The npm that runs this script, as npm itself names it, else the one in the PATH. Other package managers set
 * `npm_execpath` too, but do not read package-lock.json.
 */
export function npmCommand(env = process.env) {
  const path = env.npm_execpath ?? '';
  if (/[\\/]npm-cli\.c?js$/.test(path)) return { program: process.execPath, args: [path] };
  return process.platform === 'win32' ? { program: 'cmd.exe', args: ['/c', 'npm'] } : { program: 'npm', args: [] };
}

/**
 * Compares package-lock.json with the list that npm leaves in node_modules once an installation is complete, and
 * looks whether the folders are there. Optional packages may be absent: they are for other systems.
 */
export function isInstalled(folder, { platform = process.platform, arch = process.arch } = {}) {
  const wanted = packagesOf(join(folder, 'package-lock.json'));
  const present = packagesOf(join(folder, 'node_modules', '.package-lock.json'));
  if (wanted === null || present === null) return false;
  const fits = ({ os, cpu }) => (os?.includes(platform) ?? true) && (cpu?.includes(arch) ?? true);
  const complete = Object.entries(wanted).every(([path, entry]) => {
    const found = present[path];
    const there = found !== undefined && existsSync(join(folder, path));
    if (path === '' || (!there && mayBeAbsent(entry, fits))) return true;
    return there && found.version === entry.version && found.integrity === entry.integrity;
  });
  return complete && Object.entries(present).every(([path, entry]) => path in wanted && fits(entry));
}

/**
 * True for optional parts of other systems, for those of this one of which the C library decides (npm took the right
 * one), and for those of no system in particular: what is packed goes without them (bundle.mjs).
 */
function mayBeAbsent(entry, fits) {
  return entry.optional === true && (!fits(entry) || entry.os === undefined || entry.libc !== undefined);
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}
