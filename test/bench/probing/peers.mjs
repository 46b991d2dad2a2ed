// What people would use instead. Each gives {wallS, pairs, ...}, or {missing: why}.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openNote } from '../../../scripts/setup/note.mjs';
import { forbidServices, restoreServices } from '../../../scripts/setup/policy.mjs';
import { disableServices, installedPackages } from '../../../scripts/setup/units.mjs';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const packages = [
  { package: 'mininet', program: '/usr/bin/mn' },
  { package: 'bridge-utils', program: '/usr/sbin/brctl' },
  { package: 'net-tools', program: '/usr/sbin/ifconfig' },
  { package: 'iputils-ping', program: '/usr/bin/ping' },
  { package: 'fping', program: '/usr/bin/fping' },
];

/** Installs what is missing; nothing is started by it, and new services stay off. */
export async function installPeers() {
  const missing = packages.filter(({ program }) => !existsSync(program)).map((row) => row.package);
  if (missing.length === 0) return;
  const note = await openNote();
  const before = note.packages ?? (await installedPackages());
  note.keepPackages(before);
  try {
    forbidServices();
    const argv = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', 'install', '--no-install-recommends', '--no-remove'];
    for (const one of missing) {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' };
      spawnSync('apt-get', [...argv, one], { env, stdio: ['ignore', 2, 2] });
    }
  } finally {
    await disableServices((await installedPackages()).filter((name) => !before.includes(name)));
    restoreServices();
    note.close();
  }
}

function run(command, argv, options = {}) {
  const { status, stdout, stderr } = spawnSync(command, argv, { encoding: 'utf8', timeout: 300_000, ...options });
  if (status === 0) return stdout;
  throw new Error(`${command}: ${stderr?.trim().split('\n').at(-1) || `ended with ${status}`}`);
}

function orMissing(work) {
  try {
    return work();
  } catch (error) {
    return { missing: error.message };
  }
}

/** Pings among the first `pinged` of that many hosts, in a network namespace of its own. */
export const mininet = (hosts, pinged) =>
  orMissing(() => {
    if (!existsSync('/usr/bin/mn')) return { missing: 'mininet cannot be installed here' };
    const argv = [
      '--net',
      '--kill-child',
      '/usr/bin/python3',
      file('./pingall.py'),
      String(hosts),
      String(Math.min(hosts, pinged)),
    ];
    const seen = JSON.parse(run('unshare', argv).trim().split('\n').at(-1));
    // A ping that fails at once is no measure of one that works.
    return seen.lostPercent === 0 ? seen : { missing: `pingall lost ${seen.lostPercent} % of its pings` };
  });

/** One fping in each namespace, all at the same time; all targets each, one packet a millisecond. */
export const fping = (grid, by) =>
  orMissing(() => {
    if (!existsSync('/usr/bin/fping')) return { missing: 'fping cannot be installed here' };
    const targets = join(grid.folder, `targets-${by}`);
    writeFileSync(targets, grid.places.map((place) => `${by === 'ip' ? place.address : place.name}\n`).join(''));
    const script = join(grid.folder, `fping-${by}.sh`);
    const resolv = `mount --bind ${grid.folder}/resolv.conf /etc/resolv.conf; `;
    const each = `fping -4 -q -i 1 -r 1 -a -f ${targets} | wc -l`;
    const line = (path) => `(nsenter --net=${path} sh -c '${each}') &\n`;
    writeFileSync(
      script,
      `${by === 'name' ? resolv : ''}\n${grid.places.map(({ path }) => line(path)).join('')}wait\n`,
    );
    const startedAt = performance.now();
    const answered = run('unshare', ['--mount', 'bash', script])
      .split('\n')
      .reduce((sum, count) => sum + Number(count), 0);
    const wallS = (performance.now() - startedAt) / 1000;
    return { wallS, pairs: grid.places.length ** 2, answered };
  });

/** The bare limit: the quicker of one packet to a system call, and several. */
export function bare(grid, by) {
  const input = JSON.stringify(grid);
  const loop = (...argv) => JSON.parse(run('python3', ['-I', '-S', file('../bare_loop.py'), ...argv, by], { input }));
  const [batched, plain] = [loop(), loop('--plain')];
  return batched.cpuS < plain.cpuS ? batched : plain;
}

/** The tool on the grid, so many times. */
export function tool(program, grid, by, rounds) {
  const task = {
    ...grid,
    hostsPath: join(grid.folder, 'no-hosts'),
    resolvConfPath: join(grid.folder, 'resolv.conf'),
    by,
    rounds,
  };
  const file = join(grid.folder, 'task.json');
  writeFileSync(file, JSON.stringify(task));
  return JSON.parse(run(process.execPath, [program, file], { maxBuffer: 1 << 26 }));
}
