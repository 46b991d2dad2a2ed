import { parseDuration } from '../core/duration.ts';
import type { ConfigDocument } from './schema.ts';
import type { ConfigSource, ConfiguredNodes, ResolvedConfig, VagrantConfig } from './types.ts';

export const defaultLab = 'default';
export const defaultTimeoutMs = 600_000;
/** Virtual machines boot one by one, and the first one's box may have to be fetched. */
const defaultTimeoutOfVagrantMs = 1_800_000;
/** Debian's own box; it has no engine, so that one is installed from Debian's packages. */
const defaultBox = 'debian/bookworm64';
/** The name that a .box file gets that nobody named. */
const nameOfBoxFile = 'swarmlab/debian12';

const noSource: ConfigSource = {
  file: null,
  positions: new Map(),
  options: new Map(),
  problems: [],
  broken: new Set(),
};

/** The time limit of a lab of that provider, where neither config nor command line has one. */
export function defaultTimeoutOf(provider: ResolvedConfig['provider']): number {
  return provider === 'vagrant' ? defaultTimeoutOfVagrantMs : defaultTimeoutMs;
}

/** Namespaces are Linux's; a person elsewhere has virtual machines. */
export function defaultProvider(platform: NodeJS.Platform): ResolvedConfig['provider'] {
  return platform === 'linux' ? 'netns' : 'vagrant';
}

/** Fills in the defaults: one manager, two workers, one outsider, in namespaces on Linux. */
export function resolveConfig(
  document: ConfigDocument,
  source: ConfigSource = noSource,
  platform: NodeJS.Platform = 'linux',
): ResolvedConfig {
  return {
    lab: document.lab ?? defaultLab,
    provider: document.provider ?? defaultProvider(platform),
    nodes: resolveNodes(document.nodes),
    segment: { subnet: document.segment?.subnet ?? '192.168.56.0/24', gateway: document.segment?.gateway ?? null },
    world: {
      subnet: document.world?.subnet ?? '203.0.113.0/24',
      address: document.world?.address ?? null,
      gateway: document.world?.gateway ?? null,
    },
    containers: { pool: document.containers?.pool ?? '10.128.0.0/10' },
    swarm: {
      addressPool: document.swarm?.addressPool ?? '10.64.0.0/12',
      dataPathPort: document.swarm?.dataPathPort ?? 4789,
    },
    image: document.image ?? 'built-in',
    timeoutMs: document.timeout === undefined ? null : parseDuration(document.timeout),
    vagrant: resolveVagrant(document.vagrant ?? {}),
    source,
  };
}

function resolveNodes(nodes: ConfigDocument['nodes']): ConfiguredNodes {
  if (Array.isArray(nodes)) {
    return {
      kind: 'list',
      nodes: nodes.map(({ name, role, address }) => ({ name: name ?? null, role, address: address ?? null })),
    };
  }
  return {
    kind: 'counts',
    managers: nodes?.managers ?? 1,
    workers: nodes?.workers ?? null,
    outsiders: nodes?.outsiders ?? 1,
  };
}

function resolveVagrant(vagrant: NonNullable<ConfigDocument['vagrant']>): VagrantConfig {
  const { box = defaultBox, boxUrl = null, memoryMb = {} } = vagrant;
  const isFile = /\.box$/i.test(box);
  return {
    provider: vagrant.provider ?? 'virtualbox',
    domainType: vagrant.domainType ?? null,
    box: {
      name: isFile ? nameOfBoxFile : box,
      url: boxUrl ?? (isFile ? box : null),
      version: vagrant.boxVersion ?? null,
      sha256: vagrant.sha256?.toLowerCase() ?? null,
    },
    cpus: vagrant.cpus ?? 1,
    memoryMb: {
      manager: memoryMb.manager ?? 1024,
      worker: memoryMb.worker ?? 768,
      outsider: memoryMb.outsider ?? 384,
    },
  };
}
