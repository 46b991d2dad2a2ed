/**
 * The text of a container's two output streams in the order that it came. Without a terminal the engine sends frames:
 * stream, three zeros, length in network order, payload (Docker Engine API, "Attach to a container").
 */
export function parseOutput(answer: unknown): string {
  if (!Buffer.isBuffer(answer)) return typeof answer === 'string' ? answer : '';
  const parts: Buffer[] = [];
  let at = 0;
  while (at + 8 <= answer.length) {
    const length = answer.readUInt32BE(at + 4);
    if ((answer[at] ?? 9) > 2 || answer[at + 1] !== 0) return answer.toString('utf8');
    parts.push(answer.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString('utf8');
}
