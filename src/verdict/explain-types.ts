import type { By, Diagnosis } from '../diagnose/facts.ts';
import type { Outcome, Protocol } from '../probe/types.ts';

/** `swarmlab explain --json`. */
export interface ExplainDocument extends Diagnosis {
  schema: 'swarmlab/explain@1';
  lab: string;
  /** `m1/web`, `node:m1`, `lan`, `world`. */
  from: string;
  to: string;
  by: By;
  /** That the outcome is of: where none was asked for, the first that did not arrive. */
  protocol: Protocol;
  /** Null: the agent's own listener (TCP, UDP), or none (ICMP). */
  port: number | null;
  /** The name or address that was asked for. */
  target: string | null;
  outcome: Outcome;
  durationMs: number;
}
