import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../architecture/tree.ts';

/** Says why no fresh tree can be made here, or null. */
export function treeProblem(): string | null {
  if (process.platform !== 'linux') return `this is ${process.platform}, not Linux`;
  if (process.getuid?.() !== 0) return 'it takes root';
  if (!existsSync('/usr/bin/apt-get')) return 'this is neither Debian nor Ubuntu';
  if (!existsSync('/usr/bin/mmdebstrap'))
    return 'mmdebstrap is missing: apt-get install --no-install-recommends mmdebstrap';
  return null;
}

/**
 * Makes a minimal system of the release that this machine runs, from this machine's package sources, with the packages
 * that the set-up will want in its download cache: it is then used with no network at all.
 */
export function makeTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'swarmlab-tree-'));
  const tree = join(folder, 'tree');
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
  must('mmdebstrap', [
    '--quiet',
    '--variant=minbase',
    '--include=libstdc++6',
    release,
    tree,
    ...packageSources(release),
  ]);
  must('chroot', [tree, 'apt-get', '-q', 'update']);
  const packages = setUpPackages();
  const download = ['-q', '-y', 'install', '--download-only', '--no-install-recommends', ...packages];
  must('chroot', [tree, 'apt-get', ...download]);
  cpSync(process.execPath, join(tree, 'usr/bin/node'));
  // invoke-rc.d starts nothing anyhow where there is no init; with one, starting is what happens unless forbidden.
  if (!existsSync(join(tree, 'sbin/init'))) symlinkSync('/bin/true', join(tree, 'sbin/init'));
  mkdirSync(join(tree, 'project'));
  cpSync(join(root, 'scripts'), join(tree, 'project/scripts'), { recursive: true });
  cpSync(join(root, 'test/setup/inside.mjs'), join(tree, 'project/inside.mjs'));
  writeFileSync(join(folder, 'enter.sh'), enter);
  return folder;
}

/** Runs one case of inside.mjs in a throw-away copy of the tree and gives what it printed. */
export function runInside<T>(folder: string, name: string): T {
  const args = [
    '--mount',
    '--net',
    '--pid',
    '--uts',
    '--ipc',
    '--fork',
    '--kill-child',
    '--',
    'sh',
    join(folder, 'enter.sh'),
  ];
  return JSON.parse(must('unshare', [...args, join(folder, 'tree'), name]));
}

/** Asked of a Node of its own: the scripts are plain JavaScript, which this project's compiler does not look at. */
function setUpPackages(): string[] {
  const url = pathToFileURL(join(root, 'scripts/setup/programs.mjs')).href;
  const code = `import { optionalPrograms, packagesFor, programs } from ${JSON.stringify(url)}; console.log(JSON.stringify(packagesFor([...programs, ...optionalPrograms])));`;
  return JSON.parse(must(process.execPath, ['--input-type=module', '--eval', code]));
}

export function removeTree(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Mounts of a mount namespace of its own: they go with its last process. The tree itself stays as it is. */
const enter = `set -e
tree=$1
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o "lowerdir=$tree,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
mount -t proc proc /mnt/root/proc
mount -t sysfs -o ro sysfs /mnt/root/sys
mount --rbind /dev /mnt/root/dev
exec chroot /mnt/root /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root node /project/inside.mjs "$2"
`;

/** The sources of this machine that carry its own release; those of other vendors are of no use here. */
function packageSources(release: string): string[] {
  const parts = '/etc/apt/sources.list.d';
  const files = [
    ...(existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : []),
    '/etc/apt/sources.list',
  ];
  return files.filter(
    (file) =>
      /\.(list|sources)$/.test(file) &&
      existsSync(file) &&
      new RegExp(`\\b${release}\\b`).test(readFileSync(file, 'utf8')),
  );
}

function must(program: string, args: string[]): string {
  const { status, stdout, error } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${status ?? error?.message}`);
}
