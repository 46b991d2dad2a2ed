import { crc32 } from 'node:zlib';

export interface ZipEntry {
  /** With `/` between folders, ASCII. */
  path: string;
  content: Uint8Array;
}

/** 1980-01-01, the first day of the format: the archive depends on nothing but its files. */
const firstDay = 0x0021;
const version = 20;

/** What the local header and the central directory have in common (APPNOTE.TXT 4.3.7 and 4.3.12): stored, no flags. */
function commonFields({ path, content }: ZipEntry): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(version, 0);
  fields.writeUInt16LE(firstDay, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(path.length, 22);
  return fields;
}

function signature(last: number, ...more: readonly number[]): Buffer {
  return Buffer.from([0x50, 0x4b, last, last + 1, ...more]);
}

/** A ZIP archive without compression, as Python runs it. Same entries, same bytes. For small files: no ZIP64. */
export function storedZip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.path, 'ascii');
    const file = Buffer.concat([signature(3), commonFields(entry), name, entry.content]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(signature(1, version, 0), commonFields(entry), tail, name);
    files.push(file);
    offset += file.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, index, signature(5), end]);
}
