import { boxFileName } from '../box/types.ts';
import type { Problem } from '../core/errors.ts';
import { bundleConfig, bundleReadme } from './texts.ts';
import type { BoxFile, BundleEntry } from './types.ts';

/** FAT32 keeps a file's size in 32 bits (Microsoft's FAT specification, DIR_FileSize). */
const largestFileBytes = 4 * 1024 ** 3 - 1;

export interface BundleParts {
  version: string;
  boxes: readonly BoxFile[];
  /** The tool's tarball, as npm packs it. */
  tarball: { path: string; name: string; bytes: number };
  /** Archives of container images. */
  images: readonly { path: string; name: string; bytes: number }[];
}

/** The files of a bundle but for the list of them. */
export function planBundle({ version, boxes, tarball, images }: BundleParts): BundleEntry[] {
  const named = boxes.map((box) => ({ ...box, name: boxFileName(box.provider) }));
  return [
    { kind: 'text', name: 'README.txt', text: bundleReadme({ version, tarball: tarball.name, images: images.length }) },
    { kind: 'text', name: 'swarmlab.yaml', text: bundleConfig(named) },
    { kind: 'copy', name: tarball.name, from: tarball.path, bytes: tarball.bytes },
    ...named.map(({ name, path, bytes }): BundleEntry => ({ kind: 'copy', name, from: path, bytes })),
    ...images.map(
      ({ name, path, bytes }): BundleEntry => ({ kind: 'copy', name: `images/${name}`, from: path, bytes }),
    ),
  ];
}

/** What keeps the files from going where they shall: too large a file, too little room, a name that Windows refuses. */
export function bundleProblems(entries: readonly BundleEntry[], folder: string, freeBytes: number): Problem[] {
  const total = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  const perFile = entries.flatMap((entry): Problem[] => {
    if (windowsRefuses(entry.name)) {
      const message = `${entry.name} is no name that Windows takes`;
      return [{ code: 'bundle.name', message, path: entry.name, hint: 'rename the file that it is made of' }];
    }
    if (bytesOf(entry) <= largestFileBytes) return [];
    const message = `${entry.name} has ${mebibytes(bytesOf(entry))}; a stick with FAT32 takes files below 4096 MiB`;
    return [{ code: 'bundle.file-too-large', message, path: entry.name, hint: 'swarmlab box build makes a small one' }];
  });
  if (total <= freeBytes) return perFile;
  const message = `the bundle takes ${mebibytes(total)} in ${folder}, where ${mebibytes(freeBytes)} are free`;
  return [...perFile, { code: 'bundle.no-space', message, hint: 'name a folder with more room' }];
}

export function bytesOf(entry: BundleEntry): number {
  return entry.kind === 'copy' ? entry.bytes : Buffer.byteLength(entry.text);
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MiB`;
}

/** Microsoft, "Naming Files, Paths, and Namespaces": characters, endings and device names that no file may have. */
export function windowsRefuses(name: string): boolean {
  return name.split('/').some(
    (part) =>
      part === '' ||
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are among what Windows refuses.
      /[<>:"\\|?*\u0000-\u001f]|[. ]$/.test(part) ||
      /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(part),
  );
}
