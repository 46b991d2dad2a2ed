import { type Problem, wrongInput } from '../../core/errors.ts';
import { nearMiss } from '../../core/near-miss.ts';
import { type DriverId, driverIds } from '../types.ts';

const known: readonly string[] = driverIds;

function isDriverId(id: string): id is DriverId {
  return known.includes(id);
}

/**
 * The drivers that were asked for, in the report's order and each once; all of them where none is named.
 * Throws a wrong input that names every id that does not exist, with the nearest that does.
 */
export function parseDriverIds(ids: readonly string[]): readonly DriverId[] {
  const problems: Problem[] = [];
  const asked = new Set<DriverId>();
  for (const id of ids) {
    if (isDriverId(id)) asked.add(id);
    else problems.push(unknownDriver(id));
  }
  if (problems.length > 0) {
    const [first] = problems;
    const message = problems.length === 1 ? first?.message : undefined;
    const hint = problems.length === 1 ? first?.hint : undefined;
    throw wrongInput(
      'scope.unknown-driver',
      message ?? `${problems.length} driver ids are not known`,
      problems,
      hint ?? `the ids are: ${driverIds.join(' ')}`,
    );
  }
  return asked.size === 0 ? driverIds : driverIds.filter((id) => asked.has(id));
}

function unknownDriver(id: string): Problem {
  const near = nearest(id);
  return {
    code: 'scope.unknown-driver',
    message: `there is no driver "${id}" in the scope report`,
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
  };
}

function nearest(id: string): string | null {
  const typed = id.toLowerCase().replaceAll('_', '-');
  const sameStart = typed.length < 3 ? undefined : driverIds.find((known) => known.startsWith(typed));
  // People say it both ways round: user-bridge is the catalogue's word.
  const swapped = driverIds.find((known) => known.split('-').reverse().join('-') === typed);
  return sameStart ?? swapped ?? nearMiss(typed, driverIds);
}
