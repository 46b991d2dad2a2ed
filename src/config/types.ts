import type { Problem } from '../core/errors.ts';
import type { providerKinds } from './limits.ts';
import type { vagrantProviders } from './vagrant-providers.ts';
import type { domainTypes } from './vagrant-schema.ts';

/** 1-based. */
export interface Position {
  line: number;
  column: number;
}

/** Where a config came from, so that what is found wrong later still has its line. */
export interface ConfigSource {
  /** As the person would write it; null when there is no file. */
  file: string | null;
  /** By path, such as `nodes[0].address`. */
  positions: ReadonlyMap<string, Position>;
  /** Paths that an option of the command line decided, with the option. */
  options: ReadonlyMap<string, string>;
  /** What is wrong with the document itself. Whoever plans throws these with its own. */
  problems: readonly Problem[];
  /**
   * Paths that were wrong and count as their defaults: top-level keys, and of a list of nodes its entries or their keys. What
   * follows from them is no finding.
   */
  broken: ReadonlySet<string>;
}

export interface ConfiguredNode {
  /** Null: the plan's choice. */
  name: string | null;
  role: 'manager' | 'worker' | 'outsider';
  address: string | null;
}

export type ConfiguredNodes =
  /** `workers` null: the provider's default. */
  | { kind: 'counts'; managers: number; workers: number | null; outsiders: number }
  | { kind: 'list'; nodes: readonly ConfiguredNode[] };

/** What virtual machines are made of; the plan takes it as it is. */
export interface VagrantConfig {
  provider: (typeof vagrantProviders)[number];
  /** Of libvirt's machines; null: as this computer can. */
  domainType: (typeof domainTypes)[number] | null;
  /** `url`: an absolute path or an address; null: the public catalogue's. `sha256` in lower case. */
  box: { name: string; url: string | null; version: string | null; sha256: string | null };
  /** Of each machine. */
  cpus: number;
  memoryMb: { manager: number; worker: number; outsider: number };
}

/** A config with its defaults filled in; addresses are well-formed, not yet checked against each other. */
export interface ResolvedConfig {
  lab: string;
  provider: (typeof providerKinds)[number];
  nodes: ConfiguredNodes;
  segment: { subnet: string; gateway: string | null };
  world: { subnet: string; address: string | null; gateway: string | null };
  containers: { pool: string };
  swarm: { addressPool: string; dataPathPort: number };
  image: string;
  /** Null: the provider's default. */
  timeoutMs: number | null;
  vagrant: VagrantConfig;
  source: ConfigSource;
}
