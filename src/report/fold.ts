// Containers of a group are drawn as one, so that a table of a thousand is as large as a table of three.

export interface WordCell {
  from: string;
  to: string;
  word: string;
}

/** The group that an end is one of; null for one that is drawn by itself. */
export type GroupOf = (end: string) => string | null;

export const noGroups: GroupOf = () => null;

/** From the containers of an experiment, or of its result. */
export function groupsOf(containers: readonly { name: string; group?: string | null | undefined }[]): GroupOf {
  const groups = new Map(containers.map(({ name, group }) => [name, group ?? null]));
  return (end) => groups.get(end) ?? null;
}

/**
 * Cells whose ends belong to the same groups become one, in the order of the first of them. What it says counts the pairs
 * that were asked of it, word by word: `998 yes, 2 no!`. Cells without a group stay as they are.
 */
export function foldCells(cells: readonly WordCell[], groupOf: GroupOf): readonly WordCell[] {
  const blocks = new Map<string, { from: string; to: string; counts: Map<string, number> }>();
  const folded: (WordCell | { block: string })[] = [];
  for (const cell of cells) {
    const [from, to] = [groupOf(cell.from), groupOf(cell.to)];
    if (from === null && to === null) {
      folded.push(cell);
      continue;
    }
    const ends = { from: from ?? cell.from, to: to ?? cell.to };
    const block = `${ends.from} ${ends.to}`;
    const known = blocks.get(block);
    const { counts } = known ?? { counts: new Map<string, number>() };
    counts.set(cell.word, (counts.get(cell.word) ?? 0) + 1);
    if (known !== undefined) continue;
    blocks.set(block, { ...ends, counts });
    folded.push({ block });
  }
  return folded.flatMap((one) => {
    if (!('block' in one)) return [one];
    const found = blocks.get(one.block);
    if (found === undefined) return [];
    const { from, to, counts } = found;
    const said = [...counts].toSorted(([, left], [, right]) => right - left);
    return [{ from, to, word: said.map(([word, count]) => `${count} ${word}`).join(', ') }];
  });
}

/** Names of containers as a person counts them: `web, 50 of crowd`. */
export function foldNames(names: readonly string[], groupOf: GroupOf): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    const group = groupOf(name);
    if (group !== null) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  const shown = names.flatMap((name) => {
    const group = groupOf(name);
    if (group === null) return [name];
    const count = counts.get(group);
    counts.delete(group);
    return count === undefined ? [] : [`${count} of ${group}`];
  });
  return shown;
}
