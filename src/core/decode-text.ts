/**
 * The text of a file that a person or another tool wrote: UTF-8, with or without a byte order mark, or UTF-16 with one
 * (PowerShell's `>` writes that). Null when the bytes are none of these.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const encoding = byteOrderMark(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function byteOrderMark(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
