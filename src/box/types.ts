import { vagrantProviders } from '../config/vagrant-providers.ts';

/** What a box is for, by Vagrant's names of its providers. */
export const boxProviders = vagrantProviders;

export type BoxProvider = (typeof boxProviders)[number];

/** The name that Vagrant keeps the box under. */
export const boxName = 'swarmlab/debian12';

/** The name of a box's file where nobody chooses one. */
export function boxFileName(provider: BoxProvider): string {
  return `swarmlab-debian12-${provider}.box`;
}

/** What `box build --json` prints. */
export interface BoxDocument {
  schema: 'swarmlab/box@1';
  /** Absolute path of the box. */
  file: string;
  provider: BoxProvider;
  /** Of the file, in lower-case hex: what `box_download_checksum` of a Vagrantfile compares. */
  sha256: string;
  bytes: number;
  /** Version by name, of every Debian package in the box. */
  packages: Readonly<Record<string, string>>;
  durationMs: number;
}

/** What a box is when nobody says otherwise; a lab's plan overrides it for each machine. */
export interface BoxHardware {
  name: string;
  cpus: number;
  memoryMb: number;
  /** Of the first network card, twelve hex digits. Vagrant gives each clone one of its own. */
  mac: string;
}

export const boxHardware: BoxHardware = {
  name: 'swarmlab-debian12',
  cpus: 1,
  memoryMb: 1024,
  mac: '080027D14B12',
};
