import type { ContainerView, TaskView } from '../../fabric/engine-port.ts';
import type { ContainerDefinition, Experiment, ServiceDefinition } from '../language/definition.ts';
import type { Allotment } from './allot.ts';
import type { Bench } from './bench.ts';

/** A container of an experiment as it stands now. */
export interface ActorState {
  /** As the experiment names it; for a task `web.1.ID`. */
  name: string;
  /** The node's name. */
  node: string;
  /** Null: the engine does not know it, or could not be asked. */
  view: ContainerView | null;
  /** A step stopped, removed or not yet created it: that it does not run is then no accident. */
  meantToBeDown: boolean;
  /** By network, also of a time when it ran. */
  addresses: Readonly<Record<string, string>>;
}

export interface ServiceState {
  definition: ServiceDefinition;
  /** Of its running tasks. */
  tasks: readonly ActorState[];
  taskViews: readonly TaskView[];
  /** Of the service itself, by network; none in mode dnsrr. */
  virtualAddresses: Readonly<Record<string, string>>;
}

/** An experiment that stands in a lab, or is about to. */
export interface Scene {
  experiment: Experiment;
  bench: Bench;
  allotment: Allotment;
  /** By network name: the number that its subnets have. */
  numbers: Map<string, number>;
  containers: Map<string, ActorState & { definition: ContainerDefinition }>;
  services: Map<string, ServiceState>;
  /** By container and network: the address that it was first seen with. */
  firstAddresses: Map<string, string>;
  /** Ports blocked, nodes lost, drained or gone: what stands in the way is meant to. */
  faults: Set<string>;
  /** That steps added. */
  routes: { machine: string; subnet: string }[];
  /** Endpoints changed since the overlays were last seen to know each other. */
  unsettled: boolean;
  notes: string[];
  signal: AbortSignal;
  awaiting(what: string): void;
}
