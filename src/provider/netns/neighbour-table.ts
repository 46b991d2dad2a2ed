import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { holdLock } from '../../core/lock.ts';

/**
 * How many neighbours (ARP entries) the kernel keeps is one number for all network namespaces together, settable in
 * the first one only (arp(7); net/ipv4/arp.c, arp_tbl). Beyond gc_thresh3 new ones are refused, and probes that had a
 * way time out. So it is raised while labs run, for what they need together, and put back with the last one.
 */
const settings = ['gc_thresh1', 'gc_thresh2', 'gc_thresh3'] as const;
type Thresholds = Record<(typeof settings)[number], number>;

/** Machine-wide, whatever the labs' state homes are. */
export interface NeighbourTablePaths {
  /** A folder for the register and its lock. */
  folder: string;
  sysctls: string;
}

export const machinePaths: NeighbourTablePaths = {
  folder: '/run',
  sysctls: '/proc/sys/net/ipv4/neigh/default',
};

interface Register {
  original: Thresholds;
  /** Entries by the state folders of labs. */
  labs: Record<string, number>;
  /** Labs that want the table small, on purpose; the smallest of them counts. */
  limits?: Record<string, number>;
}

type Wishes = Required<Pick<Register, 'labs' | 'limits'>>;

/** Room for so many neighbours of this lab until it is released; calling it again replaces the number. */
export async function reserveNeighbours(
  stateDir: string,
  entries: number,
  signal: AbortSignal,
  paths: NeighbourTablePaths = machinePaths,
): Promise<void> {
  await changeRegister(paths, signal, ({ labs, limits }) => ({ labs: { ...labs, [stateDir]: entries }, limits }));
}

/** At most so many neighbours, for all labs of this machine, until this lab takes it back with null or is removed. */
export async function limitNeighbours(
  stateDir: string,
  entries: number | null,
  signal: AbortSignal,
  paths: NeighbourTablePaths = machinePaths,
): Promise<void> {
  await changeRegister(paths, signal, ({ labs, limits: { [stateDir]: _former, ...others } }) => ({
    labs,
    limits: entries === null ? others : { ...others, [stateDir]: entries },
  }));
}

/** How many there may be now; null where this machine does not say. */
export async function neighbourLimit(paths: NeighbourTablePaths = machinePaths): Promise<number | null> {
  return (await readThresholds(paths))?.gc_thresh3 ?? null;
}

export async function releaseNeighbours(
  stateDir: string,
  signal: AbortSignal,
  paths: NeighbourTablePaths = machinePaths,
): Promise<void> {
  if (!existsSync(registerPath(paths))) return;
  await changeRegister(
    paths,
    signal,
    ({ labs: { [stateDir]: _released, ...labs }, limits: { [stateDir]: _limit, ...limits } }) => ({ labs, limits }),
  );
}

/** Whether the lab still holds room in the table. */
export async function holdsNeighbours(stateDir: string, paths: NeighbourTablePaths = machinePaths): Promise<boolean> {
  return Object.hasOwn((await readRegister(paths))?.labs ?? {}, stateDir);
}

async function changeRegister(
  paths: NeighbourTablePaths,
  signal: AbortSignal,
  change: (register: Wishes) => Wishes,
): Promise<void> {
  await mkdir(paths.folder, { recursive: true, mode: 0o755 });
  await using _lock = await holdLock({
    path: `${registerPath(paths)}.lock`,
    verb: 'up or down',
    signal,
    timeoutMs: 10_000,
    awaiting: () => undefined,
  });
  const register = await readRegister(paths);
  const original = register?.original ?? (await readThresholds(paths));
  // Not settable in a container: then it is the outer machine's to say how many there may be.
  if (original === null) return;
  const there = (wishes: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(wishes).filter(([stateDir]) => existsSync(stateDir)));
  const wanted = change({ labs: register?.labs ?? {}, limits: register?.limits ?? {} });
  const labs = there(wanted.labs);
  const limits = there(wanted.limits);
  const needed = Object.values(labs).reduce((sum, entries) => sum + entries, 0);
  if (needed === 0 && Object.keys(limits).length === 0) {
    await writeThresholds(paths, original);
    await rm(registerPath(paths), { force: true });
    return;
  }
  const draft = `${registerPath(paths)}.new`;
  await writeFile(draft, JSON.stringify({ original, labs, ...(Object.keys(limits).length === 0 ? {} : { limits }) }), {
    mode: 0o600,
  });
  await rename(draft, registerPath(paths));
  await writeThresholds(paths, thresholdsFor(original, needed, Math.min(...Object.values(limits))));
}

/** `limit` infinite: none. */
function thresholdsFor(original: Thresholds, needed: number, limit: number): Thresholds {
  if (Number.isFinite(limit))
    return { gc_thresh1: Math.ceil(limit / 4), gc_thresh2: Math.ceil(limit / 2), gc_thresh3: limit };
  return {
    gc_thresh1: Math.max(original.gc_thresh1, Math.ceil(needed / 4)),
    gc_thresh2: Math.max(original.gc_thresh2, Math.ceil(needed / 2)),
    gc_thresh3: Math.max(original.gc_thresh3, original.gc_thresh3 + needed),
  };
}

function registerPath(paths: NeighbourTablePaths): string {
  return `${paths.folder}/swarmlab-neighbour-table.json`;
}

async function readRegister(paths: NeighbourTablePaths): Promise<Register | null> {
  const text = await readFile(registerPath(paths), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Register);
}

async function readThresholds(paths: NeighbourTablePaths): Promise<Thresholds | null> {
  const read = (name: string) => readFile(`${paths.sysctls}/${name}`, 'utf8').then(Number, () => Number.NaN);
  const [gc_thresh1, gc_thresh2, gc_thresh3] = await Promise.all([
    read('gc_thresh1'),
    read('gc_thresh2'),
    read('gc_thresh3'),
  ]);
  return [gc_thresh1, gc_thresh2, gc_thresh3].every(Number.isFinite) ? { gc_thresh1, gc_thresh2, gc_thresh3 } : null;
}

async function writeThresholds(paths: NeighbourTablePaths, thresholds: Thresholds): Promise<void> {
  for (const name of settings) {
    await writeFile(`${paths.sysctls}/${name}`, `${thresholds[name]}\n`).catch((error: NodeJS.ErrnoException) => {
      if (!['EACCES', 'EROFS', 'ENOENT'].includes(error.code ?? '')) throw error;
    });
  }
}
