// Runs as root inside a fresh tree, in namespaces of its own, and prints what it saw as JSON on standard output.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingPrograms } from '/project/scripts/setup/programs.mjs';

const policy = '/usr/sbin/policy-rc.d';
const setUp = `
import { runMain } from '/project/scripts/setup/stop.mjs';
import { ensureSystemPackages } from '/project/scripts/setup/system-packages.mjs';
await runMain(async () => { await ensureSystemPackages(); return 0; });
`;
const setUpArguments = ['--input-type=module', '--eval', setUp];

function runSetUp() {
  const { status, stderr } = spawnSync(process.execPath, setUpArguments, {
    encoding: 'utf8',
    stdio: ['ignore', 2, 'pipe'],
  });
  process.stderr.write(stderr);
  return { status, said: stderr };
}

/** Everything about the machine that an installation must leave as it was. */
function machine() {
  const own = new Set([process.pid, 1]);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && !own.has(Number(name)) && !hasEnded(name));
  return {
    processes: pids.map((pid) => read(`/proc/${pid}/comm`).trim()).filter((name) => name !== ''),
    listening: ['tcp', 'tcp6'].flatMap((table) => listeningPorts(read(`/proc/net/${table}`))),
    links: readdirSync('/sys/class/net'),
    ipForward: read('/proc/sys/net/ipv4/ip_forward').trim(),
    forwardPolicy: existsSync('/usr/sbin/iptables')
      ? execFileSync('iptables', ['-S', 'FORWARD'], { encoding: 'utf8' })
      : null,
    policyFile: existsSync(policy) ? read(policy) : null,
    leftovers: [...readdirSync('/usr/sbin'), ...readdirSync('/var/lib')].filter((name) => name.includes('swarmlab')),
  };
}

/** This process is the first of its namespace and does not collect children that are not its own. */
function hasEnded(pid) {
  return /^State:\s+[ZX]/m.test(read(`/proc/${pid}/status`));
}

/** proc(5), /proc/net/tcp: the local address ends in the port, in hexadecimal; state 0A is LISTEN. */
function listeningPorts(table) {
  const rows = table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return rows.filter((row) => row[3] === '0A').map((row) => Number.parseInt(row[1].split(':').at(-1), 16));
}

/** What would be started at boot: systemd's wants and aliases, and System V start links. */
function startedAtBoot() {
  const below = (folder) =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
          entry.isSymbolicLink() ? [entry.name] : [],
        )
      : [];
  const levels = ['2', '3', '4', '5', 'S']
    .flatMap((level) => below(`/etc/rc${level}.d`))
    .filter((name) => name.startsWith('S'));
  return [...below('/etc/systemd/system'), ...levels].sort();
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Starts the set-up, and kills it as soon as packages are being unpacked, as a power cut would. */
async function killInTheMiddle() {
  const child = spawn(process.execPath, setUpArguments, { stdio: ['ignore', 2, 2] });
  const ended = new Promise((resolve) => child.on('close', (_code, signal) => resolve(signal)));
  while (!existsSync('/usr/bin/runc') && !existsSync('/usr/sbin/runc')) await sleep(20);
  child.kill('SIGKILL');
  const note = JSON.parse(readFileSync('/var/lib/swarmlab-setup.json', 'utf8'));
  return { signal: await ended, policyFile: read(policy), noted: note.packages.length };
}

const cases = {
  async clean() {
    const before = { machine: machine(), boot: startedAtBoot(), missing: missingPrograms().map((row) => row.program) };
    const first = runSetUp();
    const after = { machine: machine(), boot: startedAtBoot(), missing: missingPrograms().map((row) => row.program) };
    const second = runSetUp();
    writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    const again = spawnSync(
      'apt-get',
      ['-y', '-q', 'install', '--reinstall', 'docker.io', 'containerd', 'openssh-server'],
      { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
    );
    return { before, first, after, second, reinstalled: { status: again.status, boot: startedAtBoot() } };
  },
  async killed() {
    writeFileSync(policy, '#!/bin/sh\n# mine\nexit 104\n', { mode: 0o755 });
    const before = { machine: machine(), boot: startedAtBoot() };
    const kill = await killInTheMiddle();
    const next = runSetUp();
    return { before, kill, next, after: { machine: machine(), boot: startedAtBoot(), missing: missingPrograms() } };
  },
  async without() {
    // What the set-up is there to prevent; without this case nobody would know whether the others can fail.
    writeFileSync(policy, '#!/bin/sh\necho "$1 $2" >> /run/asked\nexit 101\n', { mode: 0o755 });
    const { status } = spawnSync(
      'apt-get',
      ['-y', '-q', 'install', '--no-install-recommends', 'docker.io', 'openssh-server'],
      {
        stdio: ['ignore', 2, 2],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      },
    );
    return { status, asked: read('/run/asked').trim().split('\n'), boot: startedAtBoot() };
  },
};

process.stdout.write(`${JSON.stringify(await cases[process.argv[2]]())}\n`);
