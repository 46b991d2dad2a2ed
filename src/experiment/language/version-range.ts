import type { VersionRange } from './definition.ts';

const comparison = /^(<=|>=|<|>|=)?\s*v?(\d+(?:\.\d+){0,2})$/;

/**
 * `>=20.10 <27` as comparisons that must all hold; a version alone means that one (`20.10` any of its patches).
 * Null when the text is none.
 */
export function parseVersionRange(text: string): VersionRange | null {
  const parts = text
    .trim()
    .replace(/([<>=])\s+/g, '$1')
    .split(/[\s,]+/)
    .map((part) => comparison.exec(part));
  if (parts.length === 0) return null;
  const comparisons: VersionRange['comparisons'][number][] = [];
  for (const part of parts) {
    if (part === null) return null;
    const operator = (part[1] ?? '=') as VersionRange['comparisons'][number]['operator'];
    comparisons.push({ operator, version: (part[2] ?? '').split('.').map(Number) });
  }
  return { text: text.trim(), comparisons };
}

/**
 * Whether a version such as `20.10.24+dfsg1` lies in the range. What a comparison leaves out is not compared:
 * `=20.10` and `<=20.10` hold for 20.10.24, `>20.10` does not. False for what is no version.
 */
export function satisfies(version: string, range: VersionRange): boolean {
  const numbers = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/
    .exec(version)
    ?.slice(1)
    .map((part) => Number(part ?? 0));
  if (numbers === undefined) return false;
  return range.comparisons.every(({ operator, version: wanted }) => holds(operator, compare(numbers, wanted)));
}

function compare(numbers: readonly number[], wanted: readonly number[]): number {
  for (const [index, part] of wanted.entries()) {
    const difference = (numbers[index] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}

function holds(operator: VersionRange['comparisons'][number]['operator'], difference: number): boolean {
  switch (operator) {
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
    case '=':
      return difference === 0;
  }
}
