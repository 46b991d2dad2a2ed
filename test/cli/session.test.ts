import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { runSession } from '../../src/cli/session.ts';
import type { Io } from '../../src/cli/verb.ts';
import type { ShellChannel } from '../../src/fabric/connection.ts';

function ioWith(stdout = new PassThrough()): Io {
  const nowhere = new PassThrough().resume();
  return { stdin: new PassThrough(), stdout, stderr: nowhere, env: {}, platform: 'linux', homedir: '/', cwd: '/' };
}

function channelThat(
  exited: ShellChannel['exited'],
  stream = new PassThrough(),
): { openShell: () => Promise<ShellChannel> } {
  const stderr = new PassThrough();
  stderr.end();
  return { openShell: async () => ({ stream, stderr, resize: () => undefined, exited }) };
}

const session = { argv: ['true'], terminal: null };

it.each([
  [{ exitStatus: 7, signal: null }, 7],
  [{ exitStatus: null, signal: 'KILL' }, 137],
  [{ exitStatus: null, signal: null }, 255],
])('%j gives exit status %i', async (exited, status) => {
  const stream = new PassThrough();
  stream.end();
  const signal = new AbortController().signal;
  const connection = channelThat(Promise.resolve(exited), stream);
  expect(await runSession(connection, session, { io: ioWith(new PassThrough().resume()), options: {}, signal })).toBe(
    status,
  );
});

it('ends when its reader has gone', async () => {
  const stdout = new PassThrough();
  const never = new Promise<never>(() => undefined);
  const signal = new AbortController().signal;
  const ran = runSession(channelThat(never), session, { io: ioWith(stdout), options: {}, signal });
  stdout.on('error', () => undefined);
  setImmediate(() => stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })));
  expect(await ran).toBe(141);
});

it('ends with the reason of an interruption', async () => {
  const controller = new AbortController();
  const never = new Promise<never>(() => undefined);
  const ran = runSession(channelThat(never), session, { io: ioWith(), options: {}, signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(ran).rejects.toThrow('enough');
});
