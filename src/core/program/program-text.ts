/**
 * The text of what a program printed, whatever code page it was for. Windows' own programs write the OEM code page into
 * a pipe (949 in Korea), some write UTF-16 without a mark (wmic, wsl), newer ones UTF-8. Line ends become LF.
 * Never fails: bytes that fit nothing become Latin-1, so that numbers and ASCII words can still be read.
 */
export function programText(bytes: Uint8Array): string {
  return decode(bytes)
    .replace(/^\uFEFF/, '')
    .replace(/\r+\n/g, '\n');
}

function decode(bytes: Uint8Array): string {
  for (const encoding of likely(bytes)) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // Not this one; a Node without full ICU may not even know it.
    }
  }
  return Buffer.from(bytes).toString('latin1');
}

/** The Encoding Standard's euc-kr is code page 949. Other East Asian pages cannot be told from it; only their ASCII is read. */
function likely(bytes: Uint8Array): readonly string[] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ['utf-16le'];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return ['utf-16be'];
  if (looksUtf16(bytes)) return ['utf-16le'];
  return ['utf-8', 'euc-kr'];
}

/** ASCII in UTF-16 has a zero in every second byte; no other code page has any. */
function looksUtf16(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 512);
  return sample.filter((byte, index) => index % 2 === 1 && byte === 0).length > sample.length / 8;
}
