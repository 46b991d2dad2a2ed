import { LabError } from '../../core/errors.ts';
import type { Pool } from '../../core/pool.ts';
import type { Connections, NodeConnection } from '../../fabric/connection.ts';
import type { Engine } from '../../fabric/engine-port.ts';
import type { EngineNode, LabPlan, NodePlan } from '../../plan/types.ts';
import type { NodeLetter } from '../language/definition.ts';

/** What is known of an engine, because it changes what is expected. */
export interface EngineFacts {
  engineVersion: string;
  kernel: string;
  /** Policy of the filter table's FORWARD chain. */
  forwardPolicy: string;
}

/** The lab that experiments are done in: one for all of a run. */
export interface Bench {
  plan: LabPlan;
  connections: Connections;
  /** A reference that every engine node has. */
  image: string;
  nodes: ReadonlyMap<NodeLetter, EngineNode>;
  outsider: NodePlan | null;
  /** By node name. */
  facts: ReadonlyMap<string, EngineFacts>;
  /** At most so much at once on one engine, for all experiments together. */
  pools: ReadonlyMap<string, Pool>;
  /** The segment's interface of a machine; rejects with the reason where there is none. */
  parentOf(machine: string): Promise<string>;
}

export function nodeOf(bench: Bench, letter: NodeLetter): EngineNode {
  const node = bench.nodes.get(letter);
  if (node !== undefined) return node;
  throw new LabError({
    code: 'run.no-node',
    message: `the lab ${bench.plan.lab} has no node ${letter}`,
    hint: 'swarmlab up --workers N makes more of them',
  });
}

export function letterOf(bench: Bench, node: string): NodeLetter | null {
  for (const [letter, { name }] of bench.nodes) if (name === node) return letter;
  return null;
}

export function connectionTo(bench: Bench, machine: string): NodeConnection {
  const connection = bench.connections.get(machine);
  if (connection !== undefined) return connection;
  throw new LabError({
    code: 'run.not-connected',
    message: `there is no connection to ${machine}`,
    hint: 'run swarmlab up: it brings back machines that are missing',
  });
}

/** A task on a node's engine, with its turn in the node's pool. */
export function onEngine<T>(
  bench: Bench,
  node: string,
  signal: AbortSignal,
  task: (connection: NodeConnection, engine: Engine) => Promise<T>,
): Promise<T> {
  const connection = connectionTo(bench, node);
  const pool = bench.pools.get(node);
  const run = async () => {
    signal.throwIfAborted();
    return task(connection, connection.engine);
  };
  return pool === undefined ? run() : pool(run);
}
