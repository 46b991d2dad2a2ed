import { raceSignal } from '../core/deadline.ts';
import { LabError, messageOf } from '../core/errors.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import { ensureAgentFile } from './agent-file.ts';
import { parseReport } from './parse-report.ts';
import type { Command, Report } from './protocol.ts';

/** A running agent: commands in, reports out. Closing its stdin ends it. */
export interface AgentSession extends AsyncDisposable {
  machine: string;
  send(command: Command): void;
  /** Hands over each report until the one whose op is `last`. Rejects when the agent ends, or the signal aborts, first. */
  until(last: Report['op'], each: (report: Report) => void, signal: AbortSignal): Promise<void>;
}

const keptStderr = 2000;
/** Nothing of the machine's Python but its standard library: no PYTHON* variables, no site-packages. Also starts sooner. */
const isolated = ['-I', '-S'];

function splitLines(): (chunk: string) => string[] {
  let parts: string[] = [];
  return (chunk) => {
    parts.push(chunk);
    if (!chunk.includes('\n')) return [];
    const lines = parts.join('').split('\n');
    parts = [lines.pop() ?? ''];
    return lines;
  };
}

/** Starts the agent on a machine, at the latest until `limit` aborts; it runs until `signal` does or it is disposed of. */
export async function startAgent(
  connection: NodeConnection,
  limit: AbortSignal,
  signal: AbortSignal,
): Promise<AgentSession> {
  const { machine } = connection;
  const path = await raceSignal(ensureAgentFile(connection, signal), limit);
  const spawning = connection.spawn(['python3', ...isolated, path], { signal });
  const child = await raceSignal(spawning, limit).catch((error: unknown) => {
    spawning.then((late) => late[Symbol.asyncDispose]()).catch(() => undefined);
    throw error;
  });
  const inbox: Report[] = [];
  let wake: () => void = () => undefined;
  let failure: LabError | undefined;
  let complaint = '';

  const fail = (why: string) => {
    const tail = complaint.trim().split('\n').at(-1);
    failure ??= new LabError({
      code: 'probe.agent',
      message: `the probe agent on ${machine} ${why}${tail ? `: ${tail}` : ''}`,
      hint: 'the machine needs python3 (3.7 or newer), and the agent root',
    });
    wake();
  };

  const take = splitLines();
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    for (const line of take(chunk)) {
      const report = parseReport(line);
      if (report === null) fail(`wrote what is not of its protocol (${line.slice(0, 60)})`);
      else inbox.push(report);
    }
    wake();
  });
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (chunk: string) => {
    complaint = (complaint + chunk).slice(-keptStderr);
  });
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    stream.on('error', (error: Error) => fail(`lost its connection (${error.message})`));
  }
  child.exited.then(
    (exit) => fail(`ended early (${exit.signal ?? `exit status ${exit.exitStatus}`})`),
    (error) => fail(`was lost (${messageOf(error)})`),
  );

  return {
    machine,
    send: (command) => {
      if (failure === undefined) child.stdin.write(`${JSON.stringify(command)}\n`);
    },
    until: async (last, each, deadline) => {
      for (;;) {
        for (let report = inbox.shift(); report !== undefined; report = inbox.shift()) {
          each(report);
          if (report.op === last) return;
        }
        if (failure !== undefined) throw failure;
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await raceSignal(woken, deadline);
      }
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await child[Symbol.asyncDispose]();
    },
  };
}
