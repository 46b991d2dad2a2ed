import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packAgent } from '../../src/probe/agent-file.ts';
import { storedZip } from '../../src/probe/stored-zip.ts';

interface Found {
  path: string;
  content: Buffer;
  crcFits: boolean;
}

/** Reads an archive as an unpacker does: from the end record to the directory, from there to each file. */
function unpack(zip: Buffer): Found[] {
  const end = zip.length - 22;
  expect(zip.toString('latin1', end, end + 4)).toBe('PK\x05\x06');
  const found: Found[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    expect(zip.toString('latin1', at, at + 4)).toBe('PK\x01\x02');
    const file = zip.readUInt32LE(at + 42);
    const pathLength = zip.readUInt16LE(at + 28);
    const path = zip.toString('ascii', at + 46, at + 46 + pathLength);
    expect(zip.toString('latin1', file, file + 4)).toBe('PK\x03\x04');
    expect(zip.toString('ascii', file + 30, file + 30 + pathLength)).toBe(path);
    const begin = file + 30 + pathLength;
    const content = zip.subarray(begin, begin + zip.readUInt32LE(at + 20));
    found.push({ path, content, crcFits: zip.readUInt32LE(at + 16) === crc32(content) });
    at += 46 + pathLength;
  }
  expect(at).toBe(end);
  return found;
}

describe('the agent as one file', () => {
  it('holds the sources as they are, and who starts them', async () => {
    const packed = unpack(await packAgent());
    const paths = packed.map(({ path }) => path);
    expect(packed.every(({ crcFits }) => crcFits)).toBe(true);
    expect(paths[0]).toBe('__main__.py');
    expect(paths).toContain('probe_agent/__main__.py');
    expect(paths.slice(1).filter((path) => !/^probe_agent\/\w+\.py$/.test(path))).toEqual([]);
    expect(packed.find(({ path }) => path === 'probe_agent/agent.py')?.content.toString()).toContain('class Agent');
  });

  it('has the same bytes every time, as its name is made of them', async () => {
    expect((await packAgent()).equals(await packAgent())).toBe(true);
  });

  it('takes files of any content', () => {
    const entries = [
      { path: 'a', content: Buffer.alloc(0) },
      { path: 'b/c', content: Buffer.from([0, 255, 80, 75, 5, 6]) },
    ];
    expect(unpack(storedZip(entries))).toEqual(entries.map((entry) => ({ ...entry, crcFits: true })));
  });
});
