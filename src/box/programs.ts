import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../core/errors.ts';

/** Debian's root finds mke2fs and sfdisk in the sbin folders; su without a dash leaves them out. */
export const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The programs that make a box, and the Debian package of each. */
export const neededPrograms: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  'apt-get': 'apt',
  'qemu-img': 'qemu-utils',
  mke2fs: 'e2fsprogs',
  sfdisk: 'fdisk',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  chroot: 'coreutils',
  tar: 'tar',
  gzip: 'gzip',
};

/** Throws with every program that is missing, and one line to install them all. */
export async function checkPrograms(folders: readonly string[] = systemFolders): Promise<void> {
  const names = Object.keys(neededPrograms);
  const found = await Promise.all(names.map((name) => isThere(name, folders)));
  const missing = missingPrograms(names.filter((_name, index) => found[index] !== true));
  if (missing !== null) throw missing;
}

/** The error for programs that are missing; null where none is. */
export function missingPrograms(names: readonly string[]): LabError | null {
  if (names.length === 0) return null;
  const packages = [...new Set(names.map((name) => neededPrograms[name] ?? name))].sort();
  return new LabError({
    code: 'box.program-missing',
    message: `programs that make a box are missing: ${names.join(', ')}`,
    hint: `apt-get install --no-install-recommends ${packages.join(' ')}`,
  });
}

async function isThere(name: string, folders: readonly string[]): Promise<boolean> {
  const looks = folders.map((folder) => access(path.join(folder, name), constants.X_OK));
  return (await Promise.allSettled(looks)).some(({ status }) => status === 'fulfilled');
}
