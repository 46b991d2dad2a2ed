import { randomBytes } from 'node:crypto';
import { deadline } from '../core/deadline.ts';
import { messageOf } from '../core/errors.ts';
import type { Connections } from '../fabric/connection.ts';
import type { AgentSession } from './agent-session.ts';
import { startAgent } from './agent-session.ts';
import type { AskPlan } from './ask-rows.ts';
import type { BatchEvidence } from './evidence.ts';
import { createEvidence } from './evidence.ts';
import type { PreparePlace, Report } from './protocol.ts';
import type { ProbeTimings } from './types.ts';

/** Blocked pairs cost the sum of these, once for all of them: they are probed at the same time. */
export const defaultTimings: ProbeTimings = { attemptTimeoutsMs: [1000, 2000], nameTimeoutMs: 2000 };

/**
 * The port where an agent listens in each place, TCP and UDP, as long as nobody else has it there:
 * what a published port is pointed at, so that the agent answers for it. Outside of Linux's ephemeral range.
 */
export const preferredPort = 18418;

export interface BatchRequest {
  connections: Connections;
  places: readonly (PreparePlace & { machine: string })[];
  /** The probes by the machine that sends them, once it is known which places stand and on what ports they listen. */
  compile(evidence: BatchEvidence): AskPlan;
  /** At most. */
  probeCount: number;
  timings: ProbeTimings;
  signal: AbortSignal;
  timeoutMs: number;
}

type Phase = (session: AgentSession, signal: AbortSignal) => Promise<void>;

/**
 * Runs one batch on all machines at once: every agent stands before the first probe is sent, and answers until the
 * last one ended. Gives what they reported, with the plan by whose numbers they did. A machine whose agent fails is lost, with the reason, and the others go on. Throws only when `signal` aborts.
 */
export async function runBatch(request: BatchRequest): Promise<{ evidence: BatchEvidence; plan: AskPlan }> {
  const { signal, timings } = request;
  const evidence = createEvidence();
  const endsAt = performance.now() + request.timeoutMs;
  const session = randomBytes(8).toString('hex');
  const sessions = new Map<string, AgentSession>();

  const phase = async (
    share: number,
    awaiting: string,
    machines: Iterable<string>,
    work: (machine: string, signal: AbortSignal) => Promise<void>,
  ) => {
    const timeoutMs = Math.max(0, (endsAt - performance.now()) * share);
    using limit = deadline({ signal, timeoutMs, awaiting });
    await Promise.all(
      [...machines].map((machine) =>
        work(machine, limit).catch((error: unknown) => evidence.lose(machine, messageOf(error))),
      ),
    );
    signal.throwIfAborted();
  };
  const standing = () => [...sessions.keys()].filter((machine) => evidence.lost(machine) === null);
  const each = (run: Phase) => (machine: string, limit: AbortSignal) => {
    const agent = sessions.get(machine);
    return agent === undefined ? Promise.resolve() : run(agent, limit);
  };
  const taking = (machine: string) => (report: Report) => evidence.take(machine, report);

  const machines = [...new Set(request.places.map(({ machine }) => machine))];
  try {
    await phase(0.5, 'the probe agents to stand in every place', machines, async (machine, limit) => {
      const connection = request.connections.get(machine);
      if (connection === undefined) throw new Error(`there is no connection to ${machine}`);
      const agent = await startAgent(connection, limit, signal);
      sessions.set(machine, agent);
      agent.send({
        op: 'prepare',
        session,
        agentIndex: machines.indexOf(machine) + 1,
        deadlineMs: Math.round(endsAt - performance.now()) + 5000,
        preferredPort,
        expectedProbes: request.probeCount,
        places: request.places.filter((place) => place.machine === machine),
      });
      await agent.until('ready', taking(machine), limit);
    });
    const plan = request.compile(evidence);
    await phase(
      0.85,
      'the probes to end',
      standing(),
      each(async (agent, limit) => {
        agent.send({ op: 'go', ...timings, asks: plan.asks, rows: plan.rows.get(agent.machine) ?? [] });
        await agent.until('done', taking(agent.machine), limit);
      }),
    );
    await phase(
      1,
      'the agents to say what arrived',
      standing(),
      each(async (agent, limit) => {
        agent.send({ op: 'collect' });
        await agent.until('collected', taking(agent.machine), limit);
      }),
    );
    for (const machine of standing()) sessions.get(machine)?.send({ op: 'bye' });
    return { evidence, plan };
  } finally {
    await Promise.allSettled([...sessions.values()].map((agent) => agent[Symbol.asyncDispose]()));
  }
}
