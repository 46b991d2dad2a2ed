import type { NetworkSpec } from '../../fabric/engine-port.ts';
import type { DriverId, KernelFeature } from '../types.ts';

/**
 * Who plays which part in a driver's fixture: `subject` is the container that all rings are seen from, `sibling` the
 * next one on its node, `peer` the one on the other node. `origin` owns the namespace that a `container:` subject joins.
 */
export type Part = 'origin' | 'subject' | 'sibling' | 'peer';

export interface FixtureNetwork {
  /** Where it is made. */
  node: string;
  /** Without the parent: that is the node's own interface on the segment, known only once the node was asked. */
  spec: NetworkSpec;
  onParent: boolean;
}

export interface FixtureContainer {
  part: Part;
  node: string;
  name: string;
  /** As ContainerSpec.network. */
  network: string;
  /** The part whose namespace it shares; that one must run first. */
  joins: Part | null;
}

/** What is built on the nodes to measure one driver. Data only. */
export interface Fixture {
  driver: DriverId;
  /** Docker's word for the driver; null where there is no network. */
  dockerDriver: string | null;
  /** The network whose scope the engine is asked for, by its name on the home node; null for `container:`. */
  network: string | null;
  networks: readonly FixtureNetwork[];
  containers: readonly FixtureContainer[];
}

/** A feature that is missing on a node, as the node worded it. */
export interface MissingFeature {
  node: string;
  feature: KernelFeature;
  reason: string;
}

export const labLabel = 'swarmlab.lab';
export const scopeLabel = 'swarmlab.scope';

/** What everything that the scope report makes carries, so that an interrupted run can be swept. */
export function scopeLabels(lab: string, driver: DriverId): Readonly<Record<string, string>> {
  return { [labLabel]: lab, [scopeLabel]: driver };
}
