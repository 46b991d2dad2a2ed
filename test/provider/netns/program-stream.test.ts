import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { programStream } from '../../../src/provider/netns/program-stream.ts';

const program = (script: string) => spawn(process.execPath, ['-e', script]);
const asItSaid = async (said: string) => said.trim();

test('what goes in comes out, and the end is passed on', async () => {
  const stream = programStream(program('process.stdin.pipe(process.stdout)'), asItSaid);
  stream.end('one line');
  expect(await text(stream)).toBe('one line');
});

test('a program that fails says why, though its pipes close before that is known', async () => {
  // Node closes a program's stdin when it exits; the words come later, from a file, say.
  const fromFile = (said: string) => delay(50, said.trim());
  const stream = programStream(program('console.error("no host key"); process.exit(3)'), fromFile);
  const [error] = await once(stream, 'close').then(
    () => [null],
    (failure) => [failure],
  );
  expect(error).toMatchObject({ message: 'its SSH server ended with 3: no host key' });
});

test('let go of with nobody listening, it ends the program and throws at nobody', async () => {
  const child = program('process.stdin.resume()');
  const thrown: unknown[] = [];
  const catchIt = (error: unknown) => thrown.push(error);
  process.on('uncaughtException', catchIt);
  programStream(child, asItSaid).destroy();
  const [, signal] = await once(child, 'close');
  process.off('uncaughtException', catchIt);
  expect({ signal, thrown }).toEqual({ signal: 'SIGKILL', thrown: [] });
});
