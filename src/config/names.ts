import type { Problem } from '../core/errors.ts';

/** Longest name of a lab or a node: it becomes part of paths, cgroup names and host names. */
export const longestName = 32;

/** A lower-case DNS label (RFC 1123) of at most 32 letters, digits and hyphens. */
export const labNamePattern = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** As a lab's, and it begins with a letter: resolvers take `7` for the address 0.0.0.7 (inet_aton(3)). */
export const nodeNamePattern = /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** Names that mean something else in a selector, or to a resolver. */
export const reservedNodeNames: readonly string[] = ['world', 'lan', 'gateway', 'node', 'localhost'];

export const labNameRule = `must be a name of 1 to ${longestName} of a-z, 0-9 and hyphens, with a letter or digit at both ends`;
export const nodeNameRule = `must be a name of 1 to ${longestName} of a-z, 0-9 and hyphens that begins with a letter and ends with a letter or digit`;

/** What is wrong with a lab's name that was typed; null when it is fine. */
export function labNameProblem(lab: string): Problem | null {
  if (labNamePattern.test(lab)) return null;
  return { code: 'usage.wrong-value', message: `--lab ${labNameRule}, not ${JSON.stringify(lab)}`, path: '--lab' };
}
