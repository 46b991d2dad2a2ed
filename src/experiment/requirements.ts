import { parseEngineVersion } from './engine-version.ts';
import type { Fixture, MissingFeature } from './scope/fixture.ts';
import type { DriverId, KernelFeature } from './types.ts';

/** What one kernel answered. */
export type FeatureAnswers = ReadonlyMap<KernelFeature, { works: boolean; reason: string }>;

/**
 * What a driver needs of the kernel that it runs on: of each group one is enough.
 * vxlan, esp4: libnetwork's overlay driver. Matching the traffic to encrypt: xt_u32 alone up to 20.10.23 and 23.0.1,
 * either of both from 20.10.24 and 23.0.2, xt_bpf alone from 24.0 (moby/moby#45281).
 */
export function requiredFeatures(driver: DriverId, engineVersion: string): readonly (readonly KernelFeature[])[] {
  switch (driver) {
    case 'bridge-default':
    case 'bridge-user':
    case 'host':
    case 'none':
    case 'container':
      return [];
    case 'macvlan':
      return [['macvlan']];
    case 'ipvlan-l2':
    case 'ipvlan-l3':
      return [['ipvlan']];
    case 'overlay':
      return [['vxlan']];
    case 'overlay-encrypted':
      return [['vxlan'], ['esp4'], encryptionMatch(engineVersion)];
  }
}

function encryptionMatch(engineVersion: string): readonly KernelFeature[] {
  const version = parseEngineVersion(engineVersion);
  if (version === null) return ['xt_u32', 'xt_bpf'];
  const { major, minor, patch } = version;
  if (major >= 24) return ['xt_bpf'];
  const either = (major === 23 && (minor > 0 || patch >= 2)) || (major === 20 && minor === 10 && patch >= 24);
  return either ? ['xt_u32', 'xt_bpf'] : ['xt_u32'];
}

/** Of what the driver needs, what the nodes of its fixture lack. */
export function missingFeatures(
  fixture: Fixture,
  answers: ReadonlyMap<string, FeatureAnswers>,
  engineVersions: ReadonlyMap<string, string>,
): readonly MissingFeature[] {
  const nodes = [...new Set(fixture.containers.map((container) => container.node))];
  return nodes.flatMap((node) => {
    const ofNode = answers.get(node);
    const required = requiredFeatures(fixture.driver, engineVersions.get(node) ?? '');
    return required.flatMap((group): MissingFeature[] => {
      const feature = group[0];
      if (feature === undefined || group.some((one) => ofNode?.get(one)?.works === true)) return [];
      return [{ node, feature, reason: ofNode?.get(feature)?.reason ?? 'the node did not say' }];
    });
  });
}
