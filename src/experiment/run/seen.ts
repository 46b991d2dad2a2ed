import type { Observation, Protocol } from '../../probe/types.ts';
import type { Scene } from '../build/scene.ts';
import type { CellDefinition, CheckDefinition, ProbeDefinition, StepDefinition } from '../language/definition.ts';
import type { CauseSeen } from '../question.ts';

// What was seen of an experiment, before anything of it is judged.

export type ProbeObservation = Pick<Observation, 'outcome' | 'detail' | 'address' | 'responder' | 'rttMs' | 'attempts'>;

export interface ProbeSeen extends ProbeObservation {
  protocol: Protocol;
  port: number | null;
  /** The name or address that was asked for. */
  target: string | null;
  reproduce: string | null;
}

export interface CellSeen {
  cell: CellDefinition;
  probes: readonly ProbeSeen[];
}

export interface CheckSeen {
  check: CheckDefinition;
  subject: string;
  expected: string;
  seen: string;
  /** Null: it could not be looked at, and the detail says why. */
  holds: boolean | null;
  detail: string;
  reproduce: string | null;
}

export interface StepSeen {
  step: StepDefinition;
  /**
   * `done`: it was carried out. `unlike`: it was, and came out otherwise than the step says (a command's exit status, an
   * engine that did not refuse). `failed`: it could not be, or a wait ended unfulfilled. `not-reached`: an earlier one failed.
   */
  state: 'done' | 'unlike' | 'failed' | 'not-reached';
  detail: string;
  commands: readonly string[];
  probe: ProbeDefinition | null;
  cells: readonly CellSeen[];
  checks: readonly CheckSeen[];
  /** Of cells that were looked into while everything stood: why they came out so. */
  causes?: Causes;
  durationMs: number;
}

/** By `FROM>TO`, as the experiment's file names them. */
export type Causes = ReadonlyMap<string, CauseSeen>;

/** Looks into what a step saw, while everything stands. Rejects only when interrupted. */
export type LookInto = (seen: StepSeen, scene: Pick<Scene, 'bench' | 'containers' | 'awaiting'>) => Promise<Causes>;

export interface ExperimentSeen {
  steps: readonly StepSeen[];
  /** Why it was not built, or went no further. */
  failure: { code: string; message: string; hint: string | null } | null;
  containers: readonly { name: string; node: string; addresses: Readonly<Record<string, string>> }[];
  notes: readonly string[];
  /** Left standing on purpose. */
  kept: boolean;
  durationMs: number;
}
