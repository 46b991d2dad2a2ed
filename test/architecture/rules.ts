import { posix } from 'node:path';
import type { SourceFacts } from './source-facts.ts';

/** A room may import from itself, from rooms before it in this list, and from `core`. */
export const rooms = [
  'config',
  'plan',
  'box',
  'provider',
  'fabric',
  'image',
  'bundle',
  'probe',
  'swarm',
  'fault',
  'experiment',
  'model',
  'diagnose',
  'verdict',
  'report',
] as const;

/** The one file that imports a package, its types included. The others go through that file's own words. */
export const importers: Readonly<Record<string, string>> = {
  'cli-table3': 'report/table.ts',
  dockerode: 'fabric/dockerode.ts',
  'ipaddr.js': 'plan/ipv4.ts',
  listr2: 'cli/progress.ts',
  'node-vagrant': 'provider/vagrant/node-vagrant.ts',
  'p-limit': 'core/pool.ts',
  picocolors: 'report/style.ts',
  ssh2: 'fabric/ssh2.ts',
  yaml: 'config/document.ts',
  yargs: 'cli/parser.ts',
  zod: 'core/zod.ts',
  zx: 'provider/netns/shell.ts',
};

export const longestFile = 250;

/** Everything in these files that breaks a rule of the house, one sentence each. */
export function findBreaches(files: readonly SourceFacts[]): string[] {
  return files.flatMap((file) => [
    ...file.imports.flatMap(({ specifier, line }) => {
      const breach = specifier.startsWith('.')
        ? relativeBreach(file.path, specifier)
        : packageBreach(file.path, specifier);
      return breach === null ? [] : [`${file.path}:${line} ${breach}`];
    }),
    ...file.opaqueImports.map((line) => `${file.path}:${line} loads a module whose name cannot be read here`),
    ...(file.path === 'cli.ts' ? [] : file.processExits.map((line) => `${file.path}:${line} calls process.exit`)),
    ...(isTerminal(file.path) ? [] : file.consoleUses.map((line) => `${file.path}:${line} writes to the console`)),
    ...(file.lines > longestFile ? [`${file.path} has ${file.lines} lines, more than ${longestFile}`] : []),
  ]);
}

/** The package of a bare specifier: `@scope/name` of `@scope/name/part`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function relativeBreach(path: string, specifier: string): string | null {
  const target = posix.join(posix.dirname(path), specifier);
  if (target.startsWith('..')) return `imports ${specifier}, which is outside src`;
  const from = placeOf(path);
  const to = placeOf(target);
  if (from === null) return 'is in no known room: name its place in test/architecture/rules.ts';
  if (to === null) return `imports ${specifier}, which is in no known room`;
  if (to === 'cli' && from !== 'cli') return `imports ${target}: nothing imports the command line`;
  if (from === 'cli' || to === 'cli' || from === 'wiring' || from === to || to === 'core') return null;
  if (to === 'wiring') return `imports ${target}, which wires the rooms together`;
  if (from === 'core') return `imports ${target}: core imports no room`;
  return rooms.indexOf(to) < rooms.indexOf(from) ? null : `imports ${target}: ${to} comes after ${from}`;
}

type Place = (typeof rooms)[number] | 'core' | 'wiring' | 'cli';

function placeOf(path: string): Place | null {
  const [first = '', rest] = path.split('/', 2);
  if (rest === undefined) return first === 'cli.ts' ? 'cli' : 'wiring';
  if (first === 'cli' || first === 'core') return first;
  if (first === 'lab') return 'wiring';
  return rooms.find((room) => room === first) ?? null;
}

function packageBreach(path: string, specifier: string): string | null {
  if (specifier.startsWith('node:')) return null;
  const name = packageOf(specifier);
  const importer = importers[name];
  if (importer === undefined) return `imports ${name}, which is no dependency with an importer of its own`;
  return importer === path ? null : `imports ${name}: only ${importer} does`;
}

const isTerminal = (path: string) => path === 'cli.ts' || path.startsWith('cli/');
