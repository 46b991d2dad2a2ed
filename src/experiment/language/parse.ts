import path from 'node:path';
import { readDocument } from '../../config/document.ts';
import { inOrder } from '../../config/invalid.ts';
import { explainIssues } from '../../config/issues.ts';
import { formatPath, type PathPart } from '../../config/locate.ts';
import { type LabError, type Problem, wrongInput } from '../../core/errors.ts';
import type { Experiment } from './definition.ts';
import { rosterOf } from './members.ts';
import { checkNames, readContainers } from './read-containers.ts';
import { readNeeds, readOwnLab } from './read-needs.ts';
import { readNetworks } from './read-networks.ts';
import { readServices } from './read-services.ts';
import { readSteps } from './read-steps.ts';
import { isBroken, type Reading, report } from './reading.ts';
import { type ExperimentDocument, experimentJsonSchema, experimentSchema } from './schema.ts';
import { disturbsSwarm } from './uses.ts';

/**
 * The experiment that a YAML text says; `file` is how problems name it, and where its id comes from when it says none.
 * Throws LabError (exit status 2) with everything that is wrong, each with its line.
 */
export function parseExperiment(text: string, file: string): Experiment {
  const yaml = readDocument(text, file, 'experiment');
  if (yaml.value === null) throw invalidExperiment(file, yaml.problems);
  const root = yaml.value.root ?? {};
  const { document, problems, broken, puzzling } = readShape(root, file, yaml.positions);
  const found = [...yaml.problems, ...problems];
  if (document === null) throw invalidExperiment(file, found);
  const reading: Reading = {
    file,
    document,
    roster: rosterOf(document),
    positions: yaml.positions,
    blocks: yaml.blocks,
    problems: found,
    broken,
    puzzling,
  };
  const experiment = readExperiment(reading);
  if (reading.problems.length > 0) throw invalidExperiment(file, reading.problems);
  return experiment;
}

function readExperiment(reading: Reading): Experiment {
  const { document, file } = reading;
  checkNames(reading);
  const networks = readNetworks(reading);
  const containers = readContainers(reading, networks);
  const services = readServices(reading);
  const steps = readSteps(reading, networks, containers, services);
  const built = { networks, containers, services, steps };
  const ownLab = readOwnLab(reading, built);
  return {
    id: readId(reading),
    title: document.title,
    about: document.about?.trim() ?? '',
    sources: document.sources ?? [],
    needs: readNeeds(reading, built, ownLab),
    disturbs: readDisturbs(reading, built.steps, ownLab !== null),
    ownLab,
    ...built,
    file,
  };
}

function readId(reading: Reading): string {
  const fromFile = path.basename(reading.file).replace(/\.ya?ml$/, '');
  const id = reading.document.id ?? fromFile;
  if (reading.document.id === undefined && !/^[a-z0-9][a-z0-9-]{0,47}$/.test(id) && !isBroken(reading, ['id'])) {
    report(reading, [], {
      code: 'experiment.missing-key',
      message: `the file has no id, and ${JSON.stringify(fromFile)}, its own name, cannot be one`,
      hint: 'say "id: my-experiment": a-z, 0-9 and hyphens',
    });
  }
  return id;
}

function readDisturbs(reading: Reading, steps: Experiment['steps'], ownLab: boolean): Experiment['disturbs'] {
  const first = steps.find(({ action }) =>
    disturbsSwarm(action.kind === 'refused' ? (action.action as never) : action),
  );
  const { disturbs } = reading.document;
  if (disturbs === 'nothing' && first !== undefined && !ownLab) {
    report(reading, ['disturbs'], {
      code: 'experiment.contradiction',
      message: `it does disturb the swarm: "${first.title}"`,
      hint: 'leave it out',
    });
  }
  return disturbs ?? (first === undefined || ownLab ? 'nothing' : 'swarm');
}

/** What the document says by its schema; what cannot be used is taken out, so that the rest is still checked. */
function readShape(
  root: unknown,
  file: string,
  positions: Reading['positions'],
): { document: ExperimentDocument | null; problems: readonly Problem[] } & Pick<Reading, 'broken' | 'puzzling'> {
  const whole = experimentSchema.safeParse(root);
  if (whole.success) return { document: whole.data, problems: [], broken: new Set(), puzzling: new Set() };
  const source = { file, positions, options: new Map<string, string>() };
  const found = explainIssues(whole.error.issues, root, experimentJsonSchema(), source, 'experiment');
  const broken = new Set<string>();
  const usable = structuredClone(root) as Record<PathPart, unknown>;
  const puzzling = new Set(found.unknown.map((parts) => formatPath(parts.slice(0, -1))));
  for (const parts of found.unknown) remove(usable, parts);
  for (const parts of found.brokenPaths) {
    const unit = unitOf(parts);
    broken.add(formatPath(unit));
    const key = ownKeyOf(parts);
    if (key !== null && !found.brokenPaths.some((other) => isWhole(other, unit))) remove(usable, key);
    else if (unit.length > 0) replace(usable, unit);
  }
  for (const parts of found.badNames) {
    remove(usable, parts);
    // Whoever means it by that name has made no other mistake.
    broken.add(formatPath(parts.slice(0, 1)));
  }
  const rest = broken.has('') ? null : experimentSchema.safeParse(usable);
  return { document: rest?.data ?? null, problems: found.problems, broken, puzzling };
}

/** The smallest part that can be left out as a whole: a network, a container, a service, a step, else a top-level key. */
function unitOf(parts: readonly PathPart[]): readonly PathPart[] {
  const divided = ['networks', 'containers', 'services', 'steps'].includes(String(parts[0]));
  return parts.slice(0, divided ? 2 : 1);
}

/** A key of a container or service that the others say enough without. */
function ownKeyOf(parts: readonly PathPart[]): readonly PathPart[] | null {
  const [top, , key] = parts;
  if ((top !== 'containers' && top !== 'services') || key === undefined) return null;
  return parts.slice(0, 3);
}

/** Whether nothing is known of a container or service: it is no map at all, or where and when it stands is wrong. */
function isWhole(parts: readonly PathPart[], unit: readonly PathPart[]): boolean {
  if (formatPath(parts.slice(0, 2)) !== formatPath(unit)) return false;
  return parts.length <= 2 || ['node', 'start', 'count'].includes(String(parts[2]));
}

function remove(root: Record<PathPart, unknown>, parts: readonly PathPart[]): void {
  let around: Record<PathPart, unknown> | undefined = root;
  for (const part of parts.slice(0, -1)) around = around?.[part] as Record<PathPart, unknown> | undefined;
  if (around !== undefined && around !== null) delete around[parts.at(-1) ?? ''];
}

/** Something harmless in its place, so that names and numbers of the others stay what they are. */
function replace(root: Record<PathPart, unknown>, unit: readonly PathPart[]): void {
  const [top = '', inner] = unit;
  if (inner !== undefined) (root[top] as Record<PathPart, unknown>)[inner] = top === 'steps' ? { title: '-' } : {};
  else if (top === 'steps') root[top] = [{ title: '-' }];
  else if (top === 'title') root[top] = '-';
  else delete root[top];
}

function invalidExperiment(file: string, problems: readonly Problem[]): LabError {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) {
    return wrongInput('experiment.invalid', first.message, problems, first.hint);
  }
  return wrongInput('experiment.invalid', `${file} has ${problems.length} problems`, inOrder(problems));
}
