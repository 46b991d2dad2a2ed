/** The release that the box is: Debian 12, whose Docker Engine is docker.io 20.10. */
export const suite = 'bookworm';

/** Virtual, in MiB: what machines see. The files hold only what is written. */
export const diskSizeMb = 10 * 1024;

/**
 * What a machine of a lab needs. The generic kernel: Debian's cloud kernel has neither AHCI's nor VirtualBox's network
 * cards' drivers (e1000). Its modules are trimmed below.
 */
export const packages: readonly string[] = [
  'linux-image-amd64',
  'initramfs-tools',
  'zstd',
  'systemd-sysv',
  'udev',
  'dbus',
  'kmod',
  'procps',
  'sudo',
  'ifupdown',
  'isc-dhcp-client',
  'iproute2',
  'iputils-ping',
  'ethtool',
  'openssh-server',
  'openssh-client',
  'docker.io',
  'iptables',
  'nftables',
  'conntrack',
  'tcpdump',
  'dnsmasq-base',
  'busybox',
  'tini',
  'python3',
  'ca-certificates',
];

/** Needed to make the boot loader; taken out again. */
const buildPackages: readonly string[] = ['grub-pc-bin', 'grub-common'];

/** Drivers and file systems of the kernel that stay: what virtual machines and labs of networks use. */
const keptModules: readonly string[] = [
  'drivers/ata',
  'drivers/acpi',
  'drivers/block/loop.ko',
  'drivers/block/nbd.ko',
  'drivers/block/virtio_blk.ko',
  'drivers/cdrom',
  'drivers/char/hw_random',
  'drivers/firmware',
  'drivers/input/keyboard',
  'drivers/input/serio',
  'drivers/message/fusion',
  'drivers/net/bonding',
  'drivers/net/dummy.ko',
  'drivers/net/ethernet/amd/pcnet32.ko',
  'drivers/net/ethernet/intel/e1000',
  'drivers/net/geneve.ko',
  'drivers/net/ifb.ko',
  'drivers/net/ipvlan',
  'drivers/net/macvlan.ko',
  'drivers/net/macvtap.ko',
  'drivers/net/mii.ko',
  'drivers/net/net_failover.ko',
  'drivers/net/nlmon.ko',
  'drivers/net/tap.ko',
  'drivers/net/tun.ko',
  'drivers/net/veth.ko',
  'drivers/net/virtio_net.ko',
  'drivers/net/vrf.ko',
  'drivers/net/vsockmon.ko',
  'drivers/net/vxlan',
  'drivers/net/wireguard',
  'drivers/scsi/scsi_common.ko',
  'drivers/scsi/scsi_mod.ko',
  'drivers/scsi/scsi_transport_sas.ko',
  'drivers/scsi/scsi_transport_spi.ko',
  'drivers/scsi/sd_mod.ko',
  'drivers/scsi/sr_mod.ko',
  'drivers/scsi/virtio_scsi.ko',
  'drivers/virt',
  'drivers/virtio',
  'fs/9p',
  'fs/autofs',
  'fs/binfmt_misc.ko',
  'fs/ext4',
  'fs/fat',
  'fs/fuse',
  'fs/isofs',
  'fs/jbd2',
  'fs/mbcache.ko',
  'fs/netfs',
  'fs/fscache',
  'fs/nls',
  'fs/overlayfs',
  'fs/vboxsf',
];

/**
 * dpkg(1): the last filter that matches decides. Documentation is left out but for the copyright files, which their
 * licences ask for; translations are left out; so are drivers, file systems and sound that no machine here has.
 */
function pathFilters(): string[] {
  const modules = '/lib/modules/*/kernel';
  return [
    'path-exclude=/usr/share/doc/*',
    'path-include=/usr/share/doc/*/copyright',
    ...['info', 'lintian', 'locale', 'man'].map((name) => `path-exclude=/usr/share/${name}/*`),
    // Trials of libnetwork, which docker.io has along.
    'path-exclude=/usr/bin/dnet',
    'path-exclude=/usr/sbin/ovrouter',
    'path-exclude=/usr/lib/x86_64-linux-gnu/perl/*/CORE/*',
    ...['arch/x86/kvm', 'drivers', 'fs', 'sound'].map((name) => `path-exclude=${modules}/${name}/*`),
    ...['bluetooth', 'wireless', 'mac80211', 'nfc', 'can', 'rxrpc', 'tipc', 'batman-adv', 'sunrpc', 'ceph'].map(
      (name) => `path-exclude=${modules}/net/${name}/*`,
    ),
    ...keptModules.map((name) => `path-include=${modules}/${name}${name.endsWith('.ko') ? '' : '/*'}`),
  ];
}

export interface TreePaths {
  tree: string;
  /** Scripts of provision/box, executable. */
  prepare: string;
  finish: string;
}

/** The command line that makes the file system of the box (mmdebstrap(1)); hooks are run with the tree's path. */
export function planTree({ tree, prepare, finish }: TreePaths): string[] {
  return [
    'mmdebstrap',
    '--quiet',
    '--mode=root',
    '--variant=minbase',
    '--format=directory',
    '--components=main',
    `--include=${[...packages, ...buildPackages].join(',')}`,
    '--aptopt=Apt::Install-Recommends "false"',
    ...pathFilters().map((filter) => `--dpkgopt=${filter}`),
    `--essential-hook=${prepare}`,
    `--customize-hook=${finish}`,
    suite,
    tree,
  ];
}

/** The packages that the finished box has, from `dpkg-query -W` (name, tab, version). */
export function parsePackages(text: string): Record<string, string> {
  const pairs = text.split('\n').flatMap((line): [string, string][] => {
    const [name, version] = line.trim().split('\t');
    return name !== undefined && name !== '' && version !== undefined ? [[name, version]] : [];
  });
  return Object.fromEntries(pairs);
}
