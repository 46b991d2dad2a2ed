import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './children.mjs';
import { Stop, say } from './stop.mjs';

/** Compiles src to dist unless dist was made from exactly these sources. */
export async function ensureBuild(folder) {
  const marker = join(folder, '.cache', 'build');
  const digest = sourceDigest(folder);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === digest && isComplete(folder)) return;
  say('Building dist from src.');
  rmSync(marker, { force: true });
  const { status } = await runTool(folder, 'typescript', 'tsc', ['-p', 'tsconfig.build.json']);
  if (status !== 0) throw new Stop(`The TypeScript compiler ended with ${status}: what it found is above.`, 3);
  removeOrphans(folder);
  chmodSync(join(folder, 'dist', 'cli.js'), 0o755);
  const compiled = await run(process.execPath, [join(folder, 'scripts', 'compile-catalogue.mjs')], { cwd: folder });
  if (compiled.status !== 0) throw new Stop('The catalogue could not be compiled: what is wrong is above.', 3);
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, digest);
}

/** Runs a tool of node_modules by the script its package names for `bin`, with this Node: no shell, no npx. */
export function runTool(folder, packageName, bin, args, options = {}) {
  const home = join(folder, 'node_modules', packageName);
  const { bin: bins } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  return run(process.execPath, [join(home, bins[bin]), ...args], { cwd: folder, ...options });
}

/** One digest over everything the build reads: names and contents. */
function sourceDigest(folder) {
  const files = ['tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json', ...sources(folder)];
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update('\0');
  return hash.digest('hex');
}

function isComplete(folder) {
  return sources(folder).every((file) => !isCode(file) || existsSync(join(folder, outputOf(file))));
}

/** A result whose source is gone would still be packed, and could still be imported. */
function removeOrphans(folder) {
  const expected = new Set(sources(folder).map(outputOf));
  for (const file of listFiles(folder, 'dist')) {
    if (file.endsWith('.js') && !expected.has(file)) rmSync(join(folder, file));
  }
}

const sources = (folder) => listFiles(folder, 'src').sort();
const isCode = (file) => file.endsWith('.ts') && !file.endsWith('.d.ts');
const outputOf = (file) => file.replace(/^src/, 'dist').replace(/\.ts$/, '.js');

/** Paths below `folder`, with `/` on every system. */
function listFiles(folder, below) {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = `${below}/${entry.name}`;
    return entry.isDirectory() ? listFiles(folder, path) : [path];
  });
}
