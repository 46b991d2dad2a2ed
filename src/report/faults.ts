import type { FaultStatus, FaultsDocument } from './documents.ts';
import { formatTable } from './table.ts';
import { count, list } from './words.ts';
import { wrap } from './wrap.ts';

const width = 80;

/** What is broken now, after one was added. */
export function renderAddedFault(document: FaultsDocument): string {
  const { changed, faults } = document;
  const added = faults.find(({ id }) => changed.includes(id));
  const others = faults.length - 1;
  const lines = [
    `${added?.id}: ${added?.sentence}. In force.`,
    ...(others === 0 ? [] : [`${count(others, 'other fault')} in force besides: swarmlab fault list.`]),
    `To mend it: swarmlab fault clear ${added?.id}${labOption(document)}`,
  ];
  return `${lines.map((line) => wrap(line, width, '  ')).join('\n')}\n`;
}

export function renderFaults(document: FaultsDocument): string {
  const { lab, faults } = document;
  if (faults.length === 0) return `Nothing is broken on purpose in lab ${lab}.\n`;
  return [
    `${count(faults.length, 'fault')} in lab ${lab}.`,
    '',
    formatTable([['fault', 'kind', 'in force', 'since'], ...faults.map(row)]),
    '',
    ...faults.map(({ id, sentence }) => wrap(`${id}: ${sentence}.`, width, '  ')),
    `To mend all: swarmlab fault clear${labOption(document)}`,
    '',
  ].join('\n');
}

export function renderClearedFaults({ lab, faults, changed }: FaultsDocument): string {
  if (changed.length === 0) return `Nothing was broken on purpose in lab ${lab}.\n`;
  const left = faults.length === 0 ? 'nothing is left' : `${list(faults.map(({ id }) => id))} left in force`;
  return `${list(changed)} ${changed.length === 1 ? 'is' : 'are'} mended; ${left}.\n`;
}

/** For the first lines of what was measured meanwhile; none where nothing is broken. */
export function faultLines(faults: readonly Pick<FaultStatus, 'id' | 'sentence'>[] | undefined): readonly string[] {
  if (faults === undefined || faults.length === 0) return [];
  return [`Broken on purpose: ${faults.map(({ id, sentence }) => `${id}, ${sentence}`).join('; ')}.`];
}

function row({ id, kind, inForce, since }: FaultStatus): readonly string[] {
  return [id, kind, inForce === null ? 'unknown' : inForce ? 'yes' : 'no', since.replace(/\.\d+Z$/, 'Z')];
}

const labOption = ({ lab }: FaultsDocument) => (lab === 'default' ? '' : ` --lab ${lab}`);
