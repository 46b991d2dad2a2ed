// What `ip -j`, `bridge -j`, `tc -j` and /proc print, read. Total: what cannot be read is null, never empty.

/** An interface. */
export interface Link {
  name: string;
  mac: string;
  mtu: number;
  /** Switched on, and with a carrier. */
  up: boolean;
  /** IPv4, without prefix length. */
  addresses: readonly string[];
}

export interface Vxlan {
  port: number;
  id: number;
}

type Json = Readonly<Record<string, unknown>>;

function rows(text: string | null): readonly Json[] | null {
  if (text === null) return null;
  if (text.trim() === '') return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((one): one is Json => typeof one === 'object' && one !== null) : null;
  } catch {
    return null;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

/** `ip -j addr`. */
export function parseLinks(text: string | null): readonly Link[] | null {
  const links = rows(text);
  if (links === null || links.length === 0) return null;
  return links.map((link) => {
    const flags = Array.isArray(link.flags) ? link.flags : [];
    return {
      name: textOf(link.ifname),
      mac: textOf(link.address),
      mtu: typeof link.mtu === 'number' ? link.mtu : 0,
      up: flags.includes('UP') && !flags.includes('NO-CARRIER'),
      addresses: list(link.addr_info)
        .filter(({ family }) => family === 'inet')
        .map(({ local }) => textOf(local)),
    };
  });
}

/** The VXLAN interface among `ip -j -d link`; null where there is none. */
export function parseVxlan(text: string): Vxlan | null {
  for (const link of rows(text) ?? []) {
    const info = link.linkinfo as { info_kind?: unknown; info_data?: { id?: unknown; port?: unknown } } | undefined;
    if (info?.info_kind !== 'vxlan') continue;
    const { id, port } = info.info_data ?? {};
    if (typeof id === 'number' && typeof port === 'number') return { id, port };
  }
  return null;
}

/** `bridge -j fdb`: to which node frames for a MAC are sent. Null where it cannot be read. */
export function parseFdb(text: string): ReadonlyMap<string, string> | null {
  const entries = rows(text);
  if (entries === null) return null;
  return new Map(
    entries.flatMap(({ mac, dst }) => (textOf(dst) === '' ? [] : [[textOf(mac).toLowerCase(), textOf(dst)] as const])),
  );
}

/** `ip -j neigh`: the MAC that an address is known by. */
export function parseNeighbours(text: string): ReadonlyMap<string, string> | null {
  const entries = rows(text);
  if (entries === null) return null;
  return new Map(
    entries.flatMap(({ dst, lladdr }) => (textOf(lladdr) === '' ? [] : [[textOf(dst), textOf(lladdr).toLowerCase()]])),
  );
}

/** What a queue of netem does on purpose (tc-netem(8)). */
export interface Netem {
  /** 0: it holds nothing back. */
  delayMs: number;
  /** It throws packets away. */
  loses: boolean;
}

/** Interfaces whose queue is netem. */
export function parseNetem(text: string | null): ReadonlyMap<string, Netem> | null {
  const queues = rows(text);
  if (queues === null) return null;
  return new Map(
    queues.filter(({ kind }) => kind === 'netem').map(({ dev, options }) => [textOf(dev), netemOf(options)] as const),
  );
}

/**
 * `{"delay":{"delay":0.3,"jitter":0,...},"loss-random":{"loss":0.3,...}}`, in seconds and shares (iproute2 6.1, q_netem.c);
 * what it does not do has no part there. Other ways to lose are named `loss-state` and `loss-gemodel`.
 */
function netemOf(options: unknown): Netem {
  const { delay, ...others } = (options ?? {}) as { delay?: { delay?: unknown } };
  return {
    delayMs: typeof delay?.delay === 'number' ? Math.round(delay.delay * 1000) : 0,
    loses: Object.keys(others).some((name) => name.startsWith('loss')),
  };
}

/** The first line of each filter that `tc filter show` prints: `filter protocol all pref 1001 bpf chain 0 handle 0x1 ...`. */
export function parseTcFilters(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  // A kind is told once without a handle, as the place that its filters are in.
  return lines.filter((line) => line.startsWith('filter ') && / handle /.test(line));
}

/** Ports that something listens at, of /proc/net/tcp or udp: state 0A listens, of UDP 07 is unconnected (proc(5)). */
export function parseListeners(text: string, protocol: 'tcp' | 'udp'): ReadonlySet<number> {
  const wanted = protocol === 'tcp' ? '0A' : '07';
  const ports = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[3] === wanted)
    .map((words) => Number.parseInt(words[1]?.split(':')[1] ?? '', 16));
  return new Set(ports.filter((port) => !Number.isNaN(port)));
}

export interface NeighbourTable {
  entries: number;
  /** How often an entry was wanted and the table was full. */
  full: number;
  limit: number;
}

/** /proc/net/stat/arp_cache, a line for each processor: the first column is the same in all, `table_fulls` is each one's own. */
export function parseNeighbourTable(stat: string | null, limit: string | null): NeighbourTable | null {
  const [head = '', ...lines] = (stat ?? '').trim().split('\n');
  const names = head.trim().split(/\s+/);
  const column = names.indexOf('table_fulls');
  const most = Number.parseInt(limit ?? '', 10);
  const values = lines.map((line) => line.trim().split(/\s+/));
  const entries = Number.parseInt(values[0]?.[0] ?? '', 16);
  if (Number.isNaN(entries) || Number.isNaN(most) || column < 0) return null;
  const full = values.reduce((sum, words) => sum + Number.parseInt(words[column] ?? '0', 16), 0);
  return { entries, full, limit: most };
}
