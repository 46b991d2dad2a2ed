import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { constants, gunzip } from 'node:zlib';
import { type BoxProvider, boxProviders } from '../box/types.ts';
import { LabError, messageOf } from '../core/errors.ts';
import { hashFile } from '../core/hash-file.ts';
import type { BoxFile } from './types.ts';

const decompress = promisify(gunzip);

/** Of a box that swarmlab made, metadata.json stands before the disk. */
const lookedAtBytes = 64 * 1024;

/** Reads which provider a box is for, its size and its checksum. */
export async function readBox(file: string, signal: AbortSignal): Promise<BoxFile> {
  try {
    const { size: bytes } = await stat(file);
    const provider = providerIn(await readStart(file));
    if (provider === null) throw new Error('there is no metadata.json of a box near its beginning');
    return { path: file, provider, bytes, sha256: await hashFile(file, signal) };
  } catch (error) {
    signal.throwIfAborted();
    throw new LabError({
      code: 'bundle.not-a-box',
      message: `${path.basename(file)} cannot be read as a box: ${messageOf(error)}`,
      hint: 'swarmlab box build makes one',
      cause: error,
    });
  }
}

/** What the beginning of a .box file decompresses to; a truncated input is no error with Z_SYNC_FLUSH (Node, zlib). */
async function readStart(file: string): Promise<Buffer> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(lookedAtBytes), 0, lookedAtBytes, 0);
  return await decompress(buffer.subarray(0, bytesRead), { finishFlush: constants.Z_SYNC_FLUSH });
}

/** The provider that metadata.json names, in an archive of POSIX ustar: blocks of 512 bytes, a name, a size in octal. */
export function providerIn(archive: Buffer): BoxProvider | null {
  for (let at = 0; at + 512 <= archive.length; ) {
    const header = archive.subarray(at, at + 512);
    const name = header.toString('latin1', 0, 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8);
    if (name === '' || Number.isNaN(size)) return null;
    if (/^(\.\/)?metadata\.json$/.test(name)) return providerOf(archive.toString('utf8', at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return null;
}

function providerOf(metadata: string): BoxProvider | null {
  try {
    const { provider } = JSON.parse(metadata) as { provider?: unknown };
    return boxProviders.find((known) => known === provider) ?? null;
  } catch {
    return null;
  }
}
