import { locate } from '../config/locate.ts';
import type { ConfigSource } from '../config/types.ts';
import type { Problem } from '../core/errors.ts';

/** What is wrong with a plan, before its place in a file is looked up. */
export interface Finding {
  code: string;
  message: string;
  hint?: string;
  /** Where to change it, such as `segment.subnet`; where the file does not say that, the first of `also` that it says. */
  path: string;
  /** Further paths that it follows from. */
  also?: readonly string[];
}

/** Findings as problems with their lines, without those that follow from a value that was wrong itself. */
export function locateFindings(findings: readonly Finding[], source: ConfigSource): Problem[] {
  return findings
    .filter(({ path, also = [] }) => ![path, ...also].some((each) => followsFromBroken(each, source.broken)))
    .map(({ code, message, hint, path, also = [] }) => ({
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...locate(source, [path, ...also].find((each) => source.options.has(each) || source.positions.has(each)) ?? path),
    }));
}

/** A node's name or address that is wrong says nothing of how many nodes there are. */
function followsFromBroken(path: string, broken: ReadonlySet<string>): boolean {
  return [...broken].some((each) => isWithin(path, each) || (isWithin(each, path) && !/\.(name|address)$/.test(each)));
}

function isWithin(path: string, around: string): boolean {
  return path === around || path.startsWith(`${around}.`) || path.startsWith(`${around}[`);
}
