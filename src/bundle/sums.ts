import type { BundleFinding } from './types.ts';

/** The list of what is in a bundle, for `sha256sum -c` as well (GNU coreutils: hash, two blanks, name). */
export const sumsName = 'SHA256SUMS';

export function formatSums(files: readonly { name: string; sha256: string }[]): string {
  return files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
}

/**
 * Hash by name; null where the text is no such list: a line of another form, a name twice, or a name that leads out of
 * the folder.
 */
export function parseSums(text: string): Map<string, string> | null {
  const sums = new Map<string, string>();
  for (const line of text.split(/\r?\n/).filter((each) => each !== '')) {
    const [, sha256, name] = /^([0-9a-fA-F]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sha256 === undefined || name === undefined || leadsOut(name) || sums.has(name)) return null;
    sums.set(name, sha256.toLowerCase());
  }
  return sums.size === 0 ? null : sums;
}

function leadsOut(name: string): boolean {
  return /[\\:\0]/.test(name) || name.split('/').some((part) => part === '' || part === '.' || part === '..');
}

/** What differs between the list and the folder, by name. `found` has null for what is no ordinary file. */
export function compareSums(
  listed: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string | null>,
): BundleFinding[] {
  const lacking = [...listed].flatMap(([name, sha256]): BundleFinding[] => {
    const is = found.get(name);
    if (is === undefined) return [{ kind: 'missing', name }];
    return is === sha256 ? [] : [{ kind: 'altered', name }];
  });
  const extra = [...found.keys()].flatMap((name): BundleFinding[] =>
    listed.has(name) || name === sumsName ? [] : [{ kind: 'extra', name }],
  );
  return [...lacking, ...extra].sort((one, other) => (one.name < other.name ? -1 : 1));
}
