/** `20.10.24+dfsg1` is { 20, 10, 24 }; null for what does not start like a version. */
export function parseEngineVersion(text: string): { major: number; minor: number; patch: number } | null {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (match === null) return null;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}
