import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Problem } from '../../core/errors.ts';
import { systemPath } from './shell.ts';

/** Programs that nodes are made of, with Debian's package for each. */
const programs: Readonly<Record<string, string>> = {
  dockerd: 'docker.io',
  containerd: 'containerd',
  runc: 'runc',
  sshd: 'openssh-server',
  ip: 'iproute2',
  iptables: 'iptables',
  busybox: 'busybox',
  python3: 'python3',
  tini: 'tini',
  dnsmasq: 'dnsmasq-base',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  bash: 'bash',
};

/** Everything that keeps this machine from carrying nodes in namespaces, at once. */
export async function preflight(stateDir: string): Promise<readonly Problem[]> {
  if (process.platform !== 'linux') {
    return [
      {
        code: 'netns.not-linux',
        message: `nodes in namespaces need Linux; this is ${process.platform}`,
        hint: 'run swarmlab on a Linux machine, or in a Linux VM',
      },
    ];
  }
  const problems: Problem[] = [];
  if (process.getuid?.() !== 0) {
    problems.push({
      code: 'netns.not-root',
      message: 'making network namespaces and starting engines needs root',
      hint: `sudo env "PATH=$PATH" ${commandLine()}`,
    });
  }
  const missing = await missingPrograms();
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => programs[program] ?? program))];
    problems.push({
      code: 'netns.missing-programs',
      message: `not found on this machine: ${missing.join(', ')}`,
      hint: `on Debian or Ubuntu: apt-get install --no-install-recommends ${packages.join(' ')}`,
    });
  }
  for (const [path, what] of [
    ['/proc/self/ns/net', 'network namespaces'],
    ['/proc/sys/net/ipv4', 'IPv4'],
    ['/sys/fs/cgroup', 'cgroups'],
  ] as const) {
    if (!(await exists(path))) {
      problems.push({
        code: 'netns.kernel',
        message: `the kernel lacks ${what} (${path} is not there)`,
        hint: 'use another machine',
      });
    }
  }
  if (!(await hasFilesystem('overlay'))) {
    problems.push({
      code: 'netns.kernel',
      message: 'the kernel lacks overlayfs',
      hint: 'modprobe overlay, or use another machine',
    });
  }
  if (/^\/(run|etc|proc|sys|dev)\//.test(`${stateDir}/`)) {
    problems.push({
      code: 'netns.state-folder',
      message: `the state folder ${stateDir} lies where nodes have folders of their own`,
      hint: 'set SWARMLAB_HOME to a folder elsewhere, such as /var/lib/swarmlab',
    });
  }
  // sshd_config(5) cannot hold the first ones; moby's overlay2 takes the folder for a format (% is its sign, 20.10).
  if (/["\\%\p{Cc}]/u.test(stateDir)) {
    problems.push({
      code: 'netns.state-folder',
      message: `the state folder ${JSON.stringify(stateDir)} has ", \\, % or a control character in its name, with which SSH servers or engines cannot start`,
      hint: 'set SWARMLAB_HOME to a folder with another name; spaces and letters of any script are fine',
    });
  }
  return problems;
}

function commandLine(): string {
  return ['swarmlab', ...process.argv.slice(2)].join(' ');
}

async function missingPrograms(): Promise<readonly string[]> {
  const folders = systemPath().split(delimiter);
  const found = await Promise.all(
    Object.keys(programs).map(async (program) => {
      const there = await Promise.all(folders.map((folder) => exists(join(folder, program), constants.X_OK)));
      return there.includes(true) ? null : program;
    }),
  );
  return found.filter((program) => program !== null);
}

async function exists(path: string, mode: number = constants.F_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** Modules load on demand, so one that is not listed yet may still come: only a kernel without modules lacks it for sure. */
async function hasFilesystem(name: string): Promise<boolean> {
  const listed = (await readFile('/proc/filesystems', 'utf8').catch(() => '')).split(/\s+/).includes(name);
  return listed || (await exists('/proc/modules'));
}
