import type { Asker } from './ask.ts';
import type { HostFacts, KvmFact, RouteFact, Version } from './facts.ts';
import { prefixOfMask } from './read-virtualbox.ts';
import type { HostSystem } from './system.ts';

/** /proc/net/route: addresses as the processor keeps them, in hex, the last byte first (net/ipv4/fib_trie.c). */
export function parseProcRoutes(text: string): readonly RouteFact[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [through, destination, , , , , , mask] = line.split('\t');
      if (through === undefined || destination === undefined || mask === undefined) return [];
      const prefixLength = prefixOfMask(dotted(mask));
      return prefixLength === null ? [] : [{ subnet: `${dotted(destination)}/${prefixLength}`, through }];
    });
}

function dotted(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}

/** `netstat -rn -f inet` of macOS cuts zero bytes off: `192.168.56` is a /24, `10.8/16` has its length. */
export function parseNetstatRoutes(text: string): readonly RouteFact[] {
  return text.split('\n').flatMap((line) => {
    const [destination = '', , , through] = line.trim().split(/\s+/);
    const match = /^(\d+(?:\.\d+){0,3})(?:\/(\d+))?$/.exec(destination);
    if (match === null || through === undefined) return [];
    const bytes = (match[1] ?? '').split('.');
    const length = match[2] === undefined ? bytes.length * 8 : Number(match[2]);
    return [{ subnet: `${[...bytes, '0', '0', '0'].slice(0, 4).join('.')}/${length}`, through }];
  });
}

export async function readKvm(system: HostSystem): Promise<KvmFact> {
  const [modules, kernel, enabled] = await Promise.all([
    system.readText('/proc/modules'),
    system.readText('/proc/sys/kernel/osrelease'),
    system.readText('/sys/module/kvm/parameters/enable_virt_at_load'),
  ]);
  return {
    loaded: /^kvm_(intel|amd) /m.test(modules ?? ''),
    enabledAtLoad: enabled === null ? null : enabled.trim() === 'Y',
    kernel: kernel?.trim() ?? 'unknown',
  };
}

/** Rosetta shows an Intel processor to programs for it; sysctl does not. */
export async function readMacProcessor(asker: Asker, architecture: string): Promise<HostFacts['processor']> {
  if (architecture === 'arm64') return 'arm64';
  return (await asker.text('sysctl', ['-n', 'hw.optional.arm64']))?.trim() === '1' ? 'arm64' : 'x64';
}

/** macOS counts caches as used: free, inactive, speculative and purgeable pages may be taken (vm_stat(1)). */
export function parseVmStat(text: string): number | null {
  const pageBytes = Number(/page size of (\d+) bytes/.exec(text)?.[1]);
  const pages = ['free', 'inactive', 'speculative', 'purgeable'].map((kind) =>
    Number(new RegExp(`^Pages ${kind}:\\s+(\\d+)\\.`, 'm').exec(text)?.[1]),
  );
  const megabytes = (pages.reduce((sum, count) => sum + count, 0) * pageBytes) / 2 ** 20;
  return Number.isNaN(megabytes) ? null : Math.floor(megabytes);
}

/** What VirtualBox allows for host-only addresses: lines `* CIDR CIDR` of networks.conf (manual, 6.7), IPv4 only. */
export function parseNetworksConf(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim().startsWith('*'))
    .flatMap((line) => line.trim().slice(1).trim().split(/\s+/))
    .filter((range) => /^\d+(\.\d+){3}\/\d+$/.test(range));
}

/** Windows restricts nothing; macOS's host-only networks, since 7.0, are of another kind. */
export async function readAllowedRanges(
  system: HostSystem,
  platform: NodeJS.Platform,
  virtualBox: Version | null,
): Promise<readonly string[] | null> {
  const [major, minor, patch] = virtualBox ?? [7, 0, 0];
  const restricts = major > 6 || (major === 6 && (minor > 1 || (minor === 1 && patch >= 28)));
  if (platform === 'win32' || (platform === 'darwin' && major >= 7) || !restricts) return null;
  const text = await system.readText('/etc/vbox/networks.conf');
  return text === null ? ['192.168.56.0/21'] : parseNetworksConf(text);
}
