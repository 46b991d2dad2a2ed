import type { DeclaredScope } from '../fabric/engine-port.ts';
import type { FaultKind } from '../fault/types.ts';
import type { LabPlan, NodeRole, ProviderKind } from '../plan/types.ts';
import type { Outcome } from '../probe/types.ts';
import type { Finding } from '../provider/finding.ts';
import type { Leak, MachineState } from '../provider/provider.ts';

// What the verbs print under --json. Additions keep the version; anything else makes a new one.

export interface NodeStatus {
  name: string;
  role: NodeRole;
  /** IPv4 on the segment. */
  address: string;
  /** The engine's version; null where there is none, or it does not answer. */
  engine: string | null;
  /** `uname -r`; null when it could not be asked. */
  kernel: string | null;
  /** Policy of the FORWARD chain (`ACCEPT` or `DROP`): it changes what reaches containers. Null when not known. */
  forwardPolicy: string | null;
  state: MachineState;
}

export interface SwarmStatus {
  id: string;
  managers: number;
  workers: number;
}

/** A network as the engines list it: nodes that know one of this name, driver and scope. */
export interface NetworkStatus {
  name: string;
  driver: string;
  scope: DeclaredScope;
  nodes: readonly string[];
  /** CIDRs; a local network may have another one on each node. */
  subnets: readonly string[];
}

/** One of the swarm's ports, one way between two nodes, as it was measured. */
export interface PortResult {
  from: string;
  to: string;
  /** Null for ESP, which has none. */
  port: number | null;
  protocol: 'tcp' | 'udp' | 'esp';
  outcome: Outcome;
  detail: string;
}

/** Something that is broken on purpose. */
export interface FaultStatus {
  /** `f1` */
  id: string;
  kind: FaultKind;
  /** What is broken, without its point. */
  sentence: string;
  /** That it is about; empty: the whole lab. */
  nodes: readonly string[];
  /** As it was asked for, by kind. */
  arguments: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  since: string;
  /** Whether the machines say so now; null where they were not asked, or could not say. */
  inForce: boolean | null;
}

/** After `fault add`, `fault list` and `fault clear`. */
export interface FaultsDocument {
  schema: 'swarmlab/faults@1';
  lab: string;
  /** All that are recorded now. */
  faults: readonly FaultStatus[];
  /** Ids of those that were added, or cleared, now. */
  changed: readonly string[];
  durationMs: number;
}

export interface StatusDocument {
  schema: 'swarmlab/up@1' | 'swarmlab/status@1' | 'swarmlab/restored@1';
  lab: string;
  provider: ProviderKind;
  nodes: readonly NodeStatus[];
  /** Null while there is none. */
  swarm: SwarmStatus | null;
  /** As measured for this answer; empty where it could not be. */
  ports: readonly PortResult[];
  networks: readonly NetworkStatus[];
  /** Broken on purpose, by what the lab's state folder says. */
  faults: readonly FaultStatus[];
  durationMs: number;
}

export interface PortsDocument {
  schema: 'swarmlab/ports@1';
  lab: string;
  ports: readonly PortResult[];
  durationMs: number;
}

export interface HaltDocument {
  schema: 'swarmlab/halt@1';
  lab: string;
  /** Names of the nodes that ran and do not any more. */
  halted: readonly string[];
  durationMs: number;
}

/** After `snapshot save` and `snapshot list`; `restore` answers as `status` does. */
export interface SnapshotDocument {
  schema: 'swarmlab/snapshots@1';
  lab: string;
  /** Names, the oldest first. */
  snapshots: readonly string[];
  durationMs: number;
}

/** One question that `doctor` asked. */
export interface DoctorCheck {
  /** Which of the two it is about. */
  subject: 'machine' | 'lab';
  /** Stable, such as `memory`. */
  id: string;
  about: string;
  /** `not-examined`: it could not be found out, and says nothing. */
  outcome: 'well' | 'finding' | 'not-examined';
}

export interface DoctorDocument {
  schema: 'swarmlab/doctor@1';
  lab: string;
  provider: string;
  /** As Node names it: `linux`, `win32`, `darwin`. */
  platform: string;
  /** False: there is no lab of that name yet, and the machine alone was examined. */
  labIsThere: boolean;
  findings: readonly (Finding & { subject: DoctorCheck['subject'] })[];
  checked: readonly DoctorCheck[];
  durationMs: number;
}

export interface DownDocument {
  schema: 'swarmlab/down@1';
  /** The labs that were taken down; more than one with --all. */
  labs: readonly string[];
  /** What was there and is gone. Empty when the lab was not there. */
  removed: readonly string[];
  /** What should be gone and is not. */
  leaks: readonly Leak[];
  durationMs: number;
}

/** What `up --dry-run` prints: the plan itself. */
export type PlanDocument = LabPlan & { schema: 'swarmlab/plan@1' };

export interface EnvDocument {
  schema: 'swarmlab/env@1';
  node: string;
  environment: Readonly<Record<string, string>>;
}

export interface SshConfigDocument {
  schema: 'swarmlab/ssh-config@1';
  lab: string;
  /** For `ssh -F`. */
  text: string;
}
