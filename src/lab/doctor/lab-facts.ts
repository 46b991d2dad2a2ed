import type { SwarmNodeView } from '../../fabric/engine-port.ts';
import type { NodeRole } from '../../plan/types.ts';
import type { PortResult } from '../../report/documents.ts';
import type { NodeHealth } from './node-health.ts';

/** An engine's word about its place in the swarm. */
export interface MembershipFact {
  node: string;
  /** Of `docker info`: `active` where it is a member. */
  state: string;
  nodeId: string;
  /** What the engine complains of; else empty. */
  error: string;
}

/** Everything that is judged of a lab that is up. */
export interface LabFacts {
  lab: string;
  nodes: readonly {
    name: string;
    role: NodeRole;
    state: 'running' | 'engine-down' | 'missing';
    /** The engine's version. */
    engine: string | null;
  }[];
  /** Whether the plan has one. */
  wantsSwarm: boolean;
  memberships: readonly MembershipFact[];
  /** As a manager lists them; null when no manager answered. */
  members: readonly SwarmNodeView[] | null;
  /** Null where they could not be measured. */
  ports: readonly PortResult[] | null;
  health: readonly NodeHealth[];
  /** Of the machine that the nodes share, where they are namespaces of it. */
  sharedNeighbours: NodeHealth['neighbours'];
}
