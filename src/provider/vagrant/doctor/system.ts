import { readdir, readFile, realpath, stat, statfs } from 'node:fs/promises';
import { freemem, networkInterfaces, totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashFile } from '../../../core/hash-file.ts';
import type { InterfaceFact } from './facts.ts';

const megabyte = 2 ** 20;

/** What is read of this machine without another program's help; a port, so that other machines can stand in for it. */
export interface HostSystem {
  interfaces(): readonly InterfaceFact[];
  /** Free is what programs may still take, caches included. */
  memory(): { totalMb: number; freeMb: number };
  /** Null when there is no such file, or it may not be read. */
  readText(file: string): Promise<string | null>;
  isFile(file: string): Promise<boolean>;
  isFolder(folder: string): Promise<boolean>;
  /** The path without symbolic links; the path itself where it is not there. */
  realPath(file: string): Promise<string>;
  /** Of the folder, or of the nearest one above that is there. */
  room(folder: string): Promise<{ freeMb: number; device: string } | null>;
  sha256(file: string, signal: AbortSignal): Promise<string>;
  /** Scripts of this installation for machines that have CRLF; null when they cannot be read. */
  crlfScripts(): Promise<readonly string[] | null>;
}

export const thisSystem: HostSystem = {
  interfaces: () =>
    Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses.flatMap(({ family, address, cidr, internal }) =>
        family === 'IPv4' && !internal && cidr !== null
          ? [{ name, address, prefixLength: Number(cidr.split('/')[1]) }]
          : [],
      ),
    ),
  memory: () => ({ totalMb: Math.floor(totalmem() / megabyte), freeMb: Math.floor(freemem() / megabyte) }),
  readText: (file) => readFile(file, 'utf8').catch(() => null),
  isFile: (file) =>
    stat(file).then(
      (found) => found.isFile(),
      () => false,
    ),
  isFolder: (folder) =>
    stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    ),
  realPath: (file) => realpath(file).catch(() => file),
  room,
  sha256: hashFile,
  crlfScripts: () => crlfScriptsIn(fileURLToPath(new URL('../../../../provision/', import.meta.url))),
};

async function room(folder: string): Promise<{ freeMb: number; device: string } | null> {
  for (let here = path.resolve(folder); ; here = path.dirname(here)) {
    try {
      const [{ bavail, bsize }, { dev }] = await Promise.all([statfs(here), stat(here)]);
      return { freeMb: Math.floor((bavail * bsize) / megabyte), device: String(dev) };
    } catch {
      if (path.dirname(here) === here) return null;
    }
  }
}

/** Paths below `folder`, with slashes, of files that have CRLF. */
export async function crlfScriptsIn(folder: string): Promise<readonly string[] | null> {
  try {
    const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(sh|py|rb|conf)$|file$/.test(name));
    const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name))));
    return names.filter((_, index) => texts[index]?.includes('\r\n')).map((name) => name.replaceAll('\\', '/'));
  } catch {
    return null;
  }
}
