import { formatPath, locate, type PathPart } from '../../config/locate.ts';
import type { Position } from '../../config/types.ts';
import type { Problem } from '../../core/errors.ts';
import { nearMiss } from '../../core/near-miss.ts';
import { groupProblem, mayBeOfBroken, type Roster } from './members.ts';
import type { ExperimentDocument } from './schema.ts';

/** A file while it is read: what it says, where, and what was found wrong so far. */
export interface Reading {
  file: string;
  document: ExperimentDocument;
  roster: Roster;
  positions: ReadonlyMap<string, Position>;
  blocks: ReadonlyMap<string, Position>;
  problems: Problem[];
  /** Paths whose value could not be used: their names are known, what follows from their content is no finding. */
  broken: ReadonlySet<string>;
  /** Paths of maps with a key that is not known: that they lack something else is no finding. */
  puzzling: ReadonlySet<string>;
}

export interface FoundWrong {
  code: `experiment.${string}`;
  message: string;
  hint?: string;
  /** Where it stands, if more is known than the path says. */
  position?: Position | null;
}

/** Notes a mistake at a path. */
export function report(reading: Reading, path: readonly PathPart[], found: FoundWrong): void {
  const { code, message, hint, position } = found;
  const place = locate({ file: reading.file, positions: reading.positions, options: new Map() }, formatPath(path));
  reading.problems.push({
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...place,
    ...(position ?? {}),
  });
}

/** Whether the value at a path could not be used. */
export function isBroken(reading: Reading, path: readonly PathPart[]): boolean {
  return reading.broken.has(formatPath(path));
}

/** Whether something of the steps could not be used: what holds at a later step is then unknown. */
export function hasBrokenSteps(reading: Reading): boolean {
  return [...reading.broken, ...reading.puzzling].some((path) => path.startsWith('steps'));
}

/** Whether the map at a path has a key that is not known. */
export function isPuzzling(reading: Reading, path: readonly PathPart[]): boolean {
  return reading.puzzling.has(formatPath(path));
}

export type Kind = 'container' | 'network' | 'service';

const keyOf = { container: 'containers', network: 'networks', service: 'services' } as const;

/** The names that the file itself has: of a group its own, not those of its members. */
export function namesOf(reading: Reading, kind: Kind): string[] {
  return Object.keys(reading.document[keyOf[kind]] ?? {});
}

/** Whether there is one of that name: of containers also one of a group, which is none itself. */
export function isThere(reading: Reading, kind: Kind, name: string): boolean {
  if (kind !== 'container') return Object.hasOwn(reading.document[keyOf[kind]] ?? {}, name);
  return reading.roster.names.has(name) || mayBeOfBroken(reading.broken, name);
}

/** True for a name that the file has; otherwise notes it as unknown, with the near one. */
export function isKnown(
  reading: Reading,
  kind: Kind,
  name: string,
  path: readonly PathPart[],
  also: readonly string[] = [],
  position: Position | null = null,
): boolean {
  if (isThere(reading, kind, name) || also.includes(name)) return true;
  if (isBroken(reading, [keyOf[kind]])) return false;
  const group = kind === 'container' ? groupProblem(reading.roster, name) : null;
  report(reading, path, {
    code: 'experiment.unknown-name',
    message: `there is no ${kind} ${JSON.stringify(name)}`,
    hint: nearHint(name, [...namesOf(reading, kind), ...also], kind),
    ...group,
    position,
  });
  return false;
}

/** What was probably meant, or what there is. */
export function nearHint(name: string, names: readonly string[], what: string): string {
  const near = nearMiss(name, names);
  if (near !== null) return `did you mean ${near}?`;
  return names.length === 0 ? `the file has no ${what}` : `there is: ${names.join(', ')}`;
}

/** Notes a mistake in what a probe expects. */
export function wrongTable(
  reading: Reading,
  path: readonly PathPart[],
  position: Position | null,
  message: string,
  hint: string,
): void {
  report(reading, path, { code: 'experiment.table', message, hint, position });
}
