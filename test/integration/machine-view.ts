import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

// What this machine shows of a lab, looked at with other means than the tool's own audit.

/** Processes whose environment or arguments name the folder, or that stand in a PID namespace other than ours. */
export function processesOf(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const environment = read(`/proc/${pid}/environ`);
      const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
      return `${environment} ${command}`.includes(folder) ? [`${pid} ${command}`] : [];
    });
}

export function mountsOf(folder: string): readonly string[] {
  // proc(5): spaces and the like are written in octal there.
  const written = folder.replace(/[ \t\n\\#]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return read('/proc/self/mountinfo')
    .split('\n')
    .filter((line) => line.includes(folder) || line.includes(written));
}

/** Control groups whose path holds the lab's name. */
export function cgroupDirectories(lab: string): readonly string[] {
  const found = spawnSync('find', ['/sys/fs/cgroup', '-type', 'd', '-path', `*swarmlab/${lab}*`], { encoding: 'utf8' });
  return found.stdout.split('\n').filter((line) => line !== '');
}

/** Names of this machine's own network interfaces, their addresses, and what listens here. */
export function networkView(): { links: string; addresses: string; listeners: string } {
  return {
    links: run('ip', '-o', '-br', 'link'),
    addresses: run('ip', '-o', '-br', 'address'),
    listeners: read('/proc/net/tcp')
      .split('\n')
      .filter((line) => / 0A /.test(line))
      .map((line) => line.split(/\s+/)[2])
      .join(' '),
  };
}

export function networkNamespaces(): readonly string[] {
  return existsSync('/run/netns') ? readdirSync('/run/netns') : [];
}

/** Every setting of the machine, less those that count or measure, and less one that other labs may hold raised meanwhile. */
export function settings(): Readonly<Record<string, string>> {
  const lines = run('sysctl', '-a').split('\n');
  const volatile =
    /^(fs\.|kernel\.(random|ns_last_pid|pty|sched|tainted)|net\.netfilter\.nf_conntrack_count|net\.ipv4\.neigh\.default\.gc_thresh|net\.ipv4\.(tcp_(mem|cong)|udp_mem)|vm\.stat|dev\.)/;
  const kept = lines.filter((line) => line.includes(' = ') && !volatile.test(line));
  return Object.fromEntries(kept.map((line) => line.split(' = ') as [string, string]));
}

function run(command: string, ...argv: readonly string[]): string {
  return execFileSync(command, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
