import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeText } from '../../core/decode-text.ts';
import { type LabError, messageOf, wrongInput } from '../../core/errors.ts';
import type { Experiment } from './definition.ts';
import { parseExperiment } from './parse.ts';

/**
 * The experiment in a file. `shown` is how problems name it; the path itself where it is left out.
 * Throws LabError (exit status 2): no such file, no text, or all that is wrong with it.
 */
export async function loadExperiment(file: string, shown: string = file): Promise<Experiment> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadable(shown, error);
  });
  const text = decodeText(bytes);
  if (text === null) throw fileError('experiment.not-text', `${shown} is not text`, shown, 'save it as UTF-8');
  return parseExperiment(text, shown);
}

function unreadable(shown: string, error: unknown): LabError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const hint = `experiments of the catalogue are named without ${path.extname(shown) || 'a folder'}: swarmlab experiments`;
    return fileError('experiment.file-missing', `there is no file ${shown}`, shown, hint);
  }
  const reason = code === 'EISDIR' ? 'it is a folder' : messageOf(error);
  return fileError('experiment.file-unreadable', `${shown} cannot be read: ${reason}`, shown, 'name a file');
}

function fileError(code: string, message: string, file: string, hint: string): LabError {
  return wrongInput(code, message, [{ code, message, hint, file }], hint);
}
