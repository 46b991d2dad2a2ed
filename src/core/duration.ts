const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** What a duration looks like: a whole number and a unit. */
export const durationPattern = /^(\d{1,7})(ms|s|m|h)$/;

const longestMs = 24 * 3_600_000;

/** Milliseconds of `90s`, `10m`, `500ms`, `1h`; null when the text is no duration, is nothing, or is more than a day. */
export function parseDuration(text: string): number | null {
  const match = durationPattern.exec(text);
  if (match === null) return null;
  const durationMs = Number(match[1]) * (unitsMs[match[2] ?? ''] ?? Number.NaN);
  return durationMs > 0 && durationMs <= longestMs ? durationMs : null;
}

/** `850 ms`, `4.2 s`, `10 min`: for people. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${Math.round(durationMs / 100) / 10} s`;
  const minutes = Math.floor(durationMs / 60_000);
  const seconds = Math.round((durationMs % 60_000) / 1000);
  return seconds === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
}
