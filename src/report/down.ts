import type { DownDocument } from './documents.ts';
import { count, list } from './words.ts';

/** The answer in a line; what is left, where something is. */
export function renderDown({ labs, removed, leaks }: DownDocument): string {
  const which = labs.length === 1 ? `Lab ${labs[0]}` : `Labs ${list(labs)}`;
  if (labs.length === 0) return 'There is no lab: nothing to remove.\n';
  if (leaks.length > 0) {
    return [
      `${which}: ${count(leaks.length, 'thing')} could not be removed.`,
      '',
      ...leaks.map(({ kind, what }) => `${kind}: ${what}`),
      '',
    ].join('\n');
  }
  const [was, is] = labs.length === 1 ? ['was', 'is'] : ['were', 'are'];
  if (removed.length === 0) return `${which} ${was} not there: nothing to remove, nothing left.\n`;
  return `${which} ${is} gone: ${count(removed.length, 'thing')} removed, nothing left.\n`;
}
