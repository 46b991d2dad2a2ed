import { formatPath } from '../../config/locate.ts';
import type { NodeLetter } from './definition.ts';
import type { ExperimentDocument } from './schema.ts';
import { nodeLetters } from './vocabulary.ts';

export type SaidContainer = NonNullable<NonNullable<ExperimentDocument['containers']>[string]>;

/** A container as its file says it: under its own name, or as one of the many that an entry with a `count` stands for. */
export interface Member {
  name: string;
  /** The name of its entry. */
  entry: string;
  /** The group that it is one of: its entry, where that has a `count`; null for one by itself. */
  group: string | null;
  node: NodeLetter;
  said: SaidContainer;
}

/** Every container of a file, in its order. `NAME-1`, `NAME-2` and so on for an entry with a `count`. Pure. */
export function membersOf(document: ExperimentDocument): readonly Member[] {
  const spread = spreadOver(document);
  return Object.entries(document.containers ?? {}).flatMap(([entry, given]): Member[] => {
    const said = given ?? {};
    const nodeAt = (index: number) =>
      said.node === 'spread' ? (spread[index % spread.length] ?? 'A') : (said.node ?? 'A');
    if (said.count === undefined) return [{ name: entry, entry, group: null, node: nodeAt(0), said }];
    return Array.from({ length: said.count }, (_, index) => ({
      name: memberName(entry, index + 1),
      entry,
      group: entry,
      node: nodeAt(index),
      said,
    }));
  });
}

export const memberName = (group: string, number: number) => `${group}-${number}`;

/** The nodes that `node: spread` takes in turn: as many as the file says that it needs, or as its own lab has. */
export function spreadOver({ needs, lab }: Pick<ExperimentDocument, 'needs' | 'lab'>): readonly NodeLetter[] {
  const ownLab = lab === undefined ? undefined : (lab.managers ?? 1) + (lab.workers ?? 0);
  return nodeLetters.slice(0, ownLab ?? needs?.nodes ?? 1);
}

/** The containers of a file by what may be said of them in it. */
export interface Roster {
  members: readonly Member[];
  /** By their entries, in the file's order. */
  entries: ReadonlyMap<string, readonly Member[]>;
  /** Names of containers. */
  names: ReadonlySet<string>;
  /** By the group's name those of its members. */
  groups: ReadonlyMap<string, readonly string[]>;
}

export function rosterOf(document: ExperimentDocument): Roster {
  const members = membersOf(document);
  const entries = new Map<string, Member[]>();
  for (const member of members) {
    const alike = entries.get(member.entry);
    if (alike === undefined) entries.set(member.entry, [member]);
    else alike.push(member);
  }
  const groups = [...entries].filter(([, [first]]) => first?.group === first?.entry);
  return {
    members,
    entries,
    names: new Set(members.map(({ name }) => name)),
    groups: new Map(groups.map(([entry, alike]) => [entry, alike.map(({ name }) => name)])),
  };
}

/** Those that a name stands for: of a group all of its members, else the name itself. */
export function namesMeant({ groups }: Pick<Roster, 'groups'>, name: string): readonly string[] {
  return groups.get(name) ?? [name];
}

/** Why a group cannot stand where one container is meant; null for what is none. */
export function groupProblem(
  { groups }: Pick<Roster, 'groups'>,
  name: string,
): { message: string; hint: string } | null {
  const members = groups.get(name);
  if (members === undefined) return null;
  return {
    message: `${name} stands for ${members.length === 1 ? 'a group' : `${members.length} containers`}, and one is meant here`,
    hint: `name one of them, such as ${members[0]}`,
  };
}

/** Whether a name may be one of a group whose entry could not be used. */
export function mayBeOfBroken(broken: ReadonlySet<string>, name: string): boolean {
  const group = /^(.+)-\d+$/.exec(name)?.[1];
  return group !== undefined && broken.has(formatPath(['containers', group]));
}
