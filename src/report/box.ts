import { type BoxDocument, boxName } from '../box/types.ts';

/** The box, its checksum, and what to do with it. */
export function renderBox({ file, provider, sha256, bytes, packages, durationMs }: BoxDocument): string {
  const version = (name: string) => packages[name] ?? 'none';
  return [
    `${file}`,
    '',
    `for        ${provider}`,
    `size       ${Math.round(bytes / 1_000_000)} MB`,
    `sha256     ${sha256}`,
    `packages   ${Object.keys(packages).length}; docker.io ${version('docker.io')}, linux-image-amd64 ${version('linux-image-amd64')}`,
    `made in    ${Math.round(durationMs / 1000)} s`,
    '',
    'In swarmlab.yaml:',
    '  vagrant:',
    `    provider: ${provider}`,
    `    box: ${boxName}`,
    `    boxUrl: ${JSON.stringify(file)}`,
    `    sha256: ${sha256}`,
    '',
  ].join('\n');
}
