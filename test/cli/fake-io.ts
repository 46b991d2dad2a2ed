import { PassThrough, Writable } from 'node:stream';
import { main } from '../../src/cli/main.ts';
import type { Io } from '../../src/cli/verb.ts';

export interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line in this process, as in a pipe, with nothing of the machine's environment. */
export async function run(
  argv: readonly string[],
  given: Partial<Io> = {},
  signal = new AbortController().signal,
): Promise<Ran> {
  const [stdout, stderr] = [collector(), collector()];
  const io: Io = {
    stdin: new PassThrough(),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: { SWARMLAB_HOME: '/nonexistent/swarmlab' },
    platform: 'linux',
    homedir: '/nonexistent',
    cwd: '/',
    ...given,
  };
  const status = await main(argv, io, signal);
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
