import type { BundleDocument, BundleVerifyDocument } from '../bundle/types.ts';
import { count } from './words.ts';

/** What is in the bundle, with sizes. */
export function renderBundle({ folder, files, bytes }: BundleDocument): string {
  const shown = files.map((file) => ({ name: file.name, size: sizeOf(file.bytes) }));
  const width = Math.max(...shown.map(({ size }) => size.length));
  return [
    `${folder}: ${count(files.length, 'file')}, ${sizeOf(bytes)}`,
    '',
    ...shown.map(({ name, size }) => `  ${size.padStart(width)}  ${name}`),
    '',
    'Look whether it arrived whole: swarmlab bundle verify FOLDER',
    '',
  ].join('\n');
}

/** That all is well, or each file that is not. */
export function renderVerified({ folder, listed, findings }: BundleVerifyDocument): string {
  if (findings.length === 0) return `${folder}: ${count(listed, 'file')} as listed, nothing else.\n`;
  return [
    `${folder}: ${findings.length} of its files differ from SHA256SUMS.`,
    '',
    ...findings.map(({ kind, name }) => `${kind.padEnd(8)} ${name}`),
    '',
  ].join('\n');
}

function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;
}
