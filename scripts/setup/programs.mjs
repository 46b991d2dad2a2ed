import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a node of the lab looks for programs. `sbin` is often missing from an ordinary user's PATH. */
export const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * What the lab runs on this machine and the Debian or Ubuntu package that has it. `systemOnly`: a copy elsewhere in
 * the PATH (a version manager in a home folder, say) is of no use to a node. `file`: what shows that it is there, where
 * it is no program.
 */
export const programs = [
  { program: 'dockerd', package: 'docker.io', for: 'Docker Engine' },
  { program: 'containerd', package: 'containerd', for: 'Docker Engine', comesWith: 'docker.io' },
  { program: 'runc', package: 'runc', for: 'Docker Engine', comesWith: 'docker.io' },
  { program: 'tini', package: 'tini', for: 'first process of a node' },
  { program: 'sshd', package: 'openssh-server', for: 'SSH into a node' },
  { program: 'ip', package: 'iproute2', for: 'network namespaces and links' },
  { program: 'tc', package: 'iproute2', for: 'network namespaces and links' },
  { program: 'ss', package: 'iproute2', for: 'what listens where' },
  { program: 'iptables', package: 'iptables', for: "a node's firewall" },
  { program: 'conntrack', package: 'conntrack', for: 'flushing flows' },
  { program: 'busybox', package: 'busybox', for: 'the container image' },
  { program: 'ldd', package: 'libc-bin', for: 'the container image' },
  { program: 'python3', package: 'python3', for: 'the probe agent', systemOnly: true },
  { program: 'dnsmasq', package: 'dnsmasq-base', for: "the lab's DNS" },
  { program: 'nsenter', package: 'util-linux', for: 'entering namespaces' },
  { program: 'unshare', package: 'util-linux', for: 'making namespaces' },
  { program: 'mount', package: 'mount', for: "a node's file systems" },
  { program: 'sysctl', package: 'procps', for: 'kernel settings of a node' },
];

/** As `programs`, but all that goes without them is said to be skipped, by name and with the reason. */
export const optionalPrograms = [
  { program: 'etcd', package: 'etcd-server', for: 'the overlay of before swarm mode', systemOnly: true },
];

/** What only `npm test` has a use for. */
export const testPrograms = [{ program: 'vagrant', package: 'vagrant', for: 'the short test of provider vagrant' }];

/** What `npm run test:vagrant` needs: Vagrant, an emulator in VirtualBox's place, and what makes a box. */
export const vagrantTestPrograms = [
  { program: 'vagrant', package: 'vagrant', for: 'the machines' },
  { program: 'qemu-system-x86_64', package: 'qemu-system-x86', for: 'the emulated processors' },
  { program: 'qemu-img', package: 'qemu-utils', for: 'the disks' },
  { program: 'mmdebstrap', package: 'mmdebstrap', for: "the box's Debian" },
  { program: 'mke2fs', package: 'e2fsprogs', for: "the box's file system" },
  { program: 'sfdisk', package: 'fdisk', for: "the box's partition" },
  { program: 'gzip', package: 'gzip', for: 'packing the box' },
];

/** What `npm run test:vagrant -- --long` needs besides: libvirt, without the services of a machine of its own. */
export const libvirtTestPrograms = [
  { program: 'libvirtd', package: 'libvirt-daemon', for: 'the machines of libvirt' },
  { program: 'virsh', package: 'libvirt-clients', for: 'looking at them' },
  { program: 'dnsmasq', package: 'dnsmasq-base', for: 'their addresses' },
  {
    program: 'vagrant-libvirt',
    file: '/var/lib/dpkg/info/vagrant-libvirt.list',
    package: 'vagrant-libvirt',
    for: "Vagrant's plugin",
  },
];

/** The rows of `programs`, or of those in `among`, whose program is nowhere to be found. `path` is a PATH, `found` asks for one file. */
export function missingPrograms({ path = process.env.PATH ?? '', found = isProgram, among = programs } = {}) {
  const everywhere = [...path.split(delimiter).filter((folder) => folder !== ''), ...systemFolders];
  return among.filter(({ program, file, systemOnly }) => {
    if (file !== undefined) return !existsSync(file);
    const folders = systemOnly === true ? systemFolders : everywhere;
    return !folders.some((folder) => found(join(folder, program)));
  });
}

/** The packages to install for missing rows, each once, without those that another one brings along. */
export function packagesFor(missing) {
  const names = new Set(missing.map((row) => row.package));
  return [...names].filter((name) => {
    const bringer = missing.find((row) => row.package === name)?.comesWith;
    return bringer === undefined || !names.has(bringer);
  });
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
