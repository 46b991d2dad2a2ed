import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex, PassThrough } from 'node:stream';

const complaintLength = 2_000;

/**
 * A program's stdin and stdout as one stream, which ends the program when it is closed. An SSH server that could not start is an error with
 * its status and what `why` makes of the last that it said on stderr.
 */
export function programStream(child: ChildProcessWithoutNullStreams, why: (said: string) => Promise<string>): Duplex {
  // Both ends wait for the program's: it may say why it ended, and a closed pipe would say only that it is gone.
  const [input, output] = [new PassThrough(), new PassThrough()];
  child.stdout.pipe(output, { end: false });
  input.pipe(child.stdin).on('error', () => undefined);
  const stream = Duplex.from({ readable: output, writable: input });
  // Let go of without a reason, such a stream emits an AbortError of Node's, also when nobody listens any more.
  stream.on('error', () => undefined);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-complaintLength);
  });
  child.once('error', (error) => stream.destroy(error));
  child.once('close', (status) => {
    if (status === 0 || status === null) output.end();
    else why(said).then((reason) => stream.destroy(new Error(`its SSH server ended with ${status}: ${reason}`)));
  });
  stream.once('close', () => child.kill('SIGKILL'));
  return stream;
}
