import type { BoxProvider } from '../box/types.ts';

/** A file of a bundle: what it is called there, with `/` between folders, and what it is made of. */
export type BundleEntry =
  | { kind: 'copy'; name: string; from: string; bytes: number }
  | { kind: 'text'; name: string; text: string };

export interface BoxFile {
  /** Absolute. */
  path: string;
  provider: BoxProvider;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
}

/** What `bundle create --json` prints. */
export interface BundleDocument {
  schema: 'swarmlab/bundle@1';
  /** Absolute. */
  folder: string;
  files: readonly { name: string; bytes: number; sha256: string }[];
  bytes: number;
}

export interface BundleFinding {
  kind: 'missing' | 'altered' | 'extra';
  /** Within the folder, with `/`. */
  name: string;
}

/** What `bundle verify --json` prints. */
export interface BundleVerifyDocument {
  schema: 'swarmlab/bundle-verify@1';
  folder: string;
  /** How many files the list names. */
  listed: number;
  findings: readonly BundleFinding[];
}
