import { parseDuration } from '../core/duration.ts';
import type { ConfigDocument } from './schema.ts';
import type { ConfigSource, ConfiguredNodes, ResolvedConfig } from './types.ts';

export const defaultLab = 'default';
export const defaultTimeoutMs = 600_000;

const noSource: ConfigSource = {
  file: null,
  positions: new Map(),
  options: new Map(),
  problems: [],
  broken: new Set(),
};

/** Fills in the defaults: one manager, two workers, one outsider, in namespaces. */
export function resolveConfig(document: ConfigDocument, source: ConfigSource = noSource): ResolvedConfig {
  return {
    lab: document.lab ?? defaultLab,
    provider: document.provider ?? 'netns',
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
    timeoutMs: (document.timeout === undefined ? null : parseDuration(document.timeout)) ?? defaultTimeoutMs,
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
    workers: nodes?.workers ?? 2,
    outsiders: nodes?.outsiders ?? 1,
  };
}
