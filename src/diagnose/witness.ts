import { createInterface } from 'node:readline';
import { deadline, raceSignal } from '../core/deadline.ts';
import { LabError } from '../core/errors.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import { ensureAgentFile } from '../probe/agent-file.ts';
import { type Look, parseWitness, type WitnessReport } from './witness-protocol.ts';

type Report<Op extends WitnessReport['op']> = Extract<WitnessReport, { op: Op }>;

/** A witness at work on a machine. Disposing ends it; it leaves nothing there. */
export interface Witness extends AsyncDisposable {
  machine: string;
  watching: Report<'watching'>;
  /** The machine's clock against this one's, at least and at most; positive is ahead. */
  clockMs: { from: number; to: number };
  /** Lets it put its own questions, and gives the answers. */
  ask(signal: AbortSignal): Promise<Report<'asked'>>;
  /** Ends the watch. */
  end(signal: AbortSignal): Promise<Report<'seen'>>;
}

/** It must stand soon: it does little before it says so. */
const standTimeoutMs = 10_000;

/** Starts a witness on a machine; it watches from the moment that this resolves. Rejects where it cannot stand. */
export async function startWitness(connection: NodeConnection, look: Look, signal: AbortSignal): Promise<Witness> {
  const { machine } = connection;
  using limit = deadline({ signal, timeoutMs: standTimeoutMs, awaiting: `the witness on ${machine} to watch` });
  const path = await raceSignal(ensureAgentFile(connection, signal), limit);
  const child = await connection.spawn(['python3', '-I', '-S', path, 'witness'], { signal });
  // On a connection that ends, a stream's error comes beside the end of the lines, which is what is looked at.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaint = (complaint + chunk).slice(-2000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <Op extends WitnessReport['op']>(op: Op, until: AbortSignal): Promise<Report<Op>> => {
    const line = await raceSignal(lines.next(), until);
    const report = line.done === true ? null : parseWitness(line.value);
    if (report?.op === op) return report as Report<Op>;
    throw new LabError({
      code: 'explain.witness',
      message: `the witness on ${machine} ended early: ${complaint.trim().split('\n').at(-1) ?? ''}`,
      hint: 'the machine needs python3 (3.7 or newer), and the witness root',
    });
  };
  const say = (what: object) => child.stdin.write(`${JSON.stringify(what)}\n`);
  try {
    const askedAt = Date.now();
    say(look);
    const watching = await next('watching', limit);
    const answeredAt = Date.now();
    return {
      machine,
      watching,
      clockMs: { from: watching.clockMs - answeredAt, to: watching.clockMs - askedAt },
      ask: (until) => {
        say({ op: 'go' });
        return next('asked', until);
      },
      end: (until) => {
        say({ op: 'end' });
        return next('seen', until);
      },
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}
