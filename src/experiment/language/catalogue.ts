import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LabError, wrongInput } from '../../core/errors.ts';
import { nearMiss } from '../../core/near-miss.ts';
import { type CompiledCatalogue, compiledExperiment, digestOf } from './compiled.ts';
import type { Experiment } from './definition.ts';

/** The folder of the package with one file for each experiment; the same seen from src/ and from dist/. */
const folder = fileURLToPath(new URL('../../../experiments/', import.meta.url));

/** Ids of the catalogue: the names of its files, in alphabetical order. */
export async function listExperimentIds(): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();
}

/** Every experiment of the catalogue, in alphabetical order. */
export async function loadCatalogue(): Promise<readonly Experiment[]> {
  return Promise.all((await listExperimentIds()).map(loadFromCatalogue));
}

/**
 * An experiment of the catalogue by its id, or of a file: what ends in .yaml or .yml, or has a slash, is a path,
 * below `cwd`. Throws LabError (exit status 2) for an unknown id, with the near one, and for a file that is wrong.
 */
export async function findExperiment(idOrPath: string, cwd: string = process.cwd()): Promise<Experiment> {
  if (isPath(idOrPath)) return parseFile(path.resolve(cwd, idOrPath), idOrPath);
  const ids = await listExperimentIds();
  if (ids.includes(idOrPath)) return loadFromCatalogue(idOrPath);
  throw unknownExperiment(idOrPath, ids);
}

/** That there is no such experiment, with the one that was probably meant. */
export function unknownExperiment(word: string, ids: readonly string[]): LabError {
  const near = nearMiss(word, ids);
  const begun = ids.filter((id) => id.startsWith(word)).slice(0, 5);
  const meant = near ?? (begun.length === 1 ? begun[0] : null);
  const hint = meant !== null && meant !== undefined ? `did you mean ${meant}?` : 'swarmlab experiments lists them all';
  const more = begun.length > 1 && near === null ? `there is: ${begun.join(', ')}` : hint;
  return wrongInput('experiment.unknown', `there is no experiment ${JSON.stringify(word)}`, [], more);
}

/**
 * What a word of the command line stands for: itself, or, where it is no id but the beginning of several
 * (`swarm-ports` of `swarm-ports-4789-udp` and others), all of those.
 */
export async function expandFamily(word: string): Promise<readonly string[]> {
  if (isPath(word)) return [word];
  const ids = await listExperimentIds();
  const family = ids.filter((id) => id.startsWith(`${word}-`));
  return ids.includes(word) || family.length === 0 ? [word] : family;
}

function isPath(text: string): boolean {
  return /\.ya?ml$|[/\\]/.test(text);
}

/** For the next start: each experiment with the digest of its file. One that is wrong is left out. */
export async function compileCatalogue(): Promise<CompiledCatalogue> {
  const rows = (await listExperimentIds()).map(async (id) => {
    const experiment = await parseFile(fileOf(id), shownAs(id)).catch(() => null);
    return experiment === null ? [] : [[id, { digest: digestOf(await readFile(fileOf(id))), experiment }] as const];
  });
  return Object.fromEntries((await Promise.all(rows)).flat());
}

const fileOf = (id: string) => path.join(folder, `${id}.yaml`);
const shownAs = (id: string) => `experiments/${id}.yaml`;

async function loadFromCatalogue(id: string): Promise<Experiment> {
  const text = await readFile(fileOf(id)).catch(() => null);
  const compiled = text === null ? null : await compiledExperiment(id, text);
  return compiled ?? parseFile(fileOf(id), shownAs(id));
}

/** The parser's libraries are loaded when there is something to parse. */
async function parseFile(file: string, shown: string): Promise<Experiment> {
  const { loadExperiment } = await import('./load.ts');
  return loadExperiment(file, shown);
}
