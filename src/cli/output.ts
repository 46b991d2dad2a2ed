import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { messageOf, wrongInput } from '../core/errors.ts';

/** Refuses an --output that cannot be written, before minutes of work are done for it. */
export async function checkOutput(file: string, cwd: string): Promise<void> {
  const target = path.resolve(cwd, file);
  const known = await stat(target).catch(() => null);
  if (known?.isDirectory() === true) throw unwritable(file, 'it is a folder');
  try {
    await access(known === null ? path.dirname(target) : target, constants.W_OK);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw unwritable(file, missing ? 'its folder is not there' : messageOf(error));
  }
}

/** The answer to where it belongs. A reader that went away (EPIPE) has had enough: no error. */
export async function writeAnswer(
  text: string,
  output: string | undefined,
  stdout: Writable,
  cwd: string,
): Promise<void> {
  if (output === undefined) {
    await new Promise<void>((resolve) => stdout.write(text, () => resolve()));
    return;
  }
  try {
    await writeFile(path.resolve(cwd, output), text);
  } catch (error) {
    throw unwritable(output, messageOf(error));
  }
}

function unwritable(file: string, reason: string): Error {
  const code = 'output.not-writable';
  const message = `cannot write ${file}: ${reason}`;
  const hint = 'name a file in a folder that is there';
  return wrongInput(code, message, [{ code, message, hint, file }], hint);
}
