import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ActionDefinition, Experiment } from '../../src/experiment/language/definition.ts';
import { parseExperiment } from '../../src/experiment/language/parse.ts';

const folder = new URL('../../experiments/', import.meta.url);
const files = readdirSync(folder).toSorted();
const experiments = files.map((file) => [file, read(file)] as const);

/** What the catalogue promises; a row may have variants, which begin with its name. */
const rows = [
  'default-bridge',
  'user-bridge',
  'red-blue',
  'custom-subnet',
  'ip-range',
  'connect-disconnect',
  'host-network',
  'none-network',
  'container-network',
  'link',
  'link-other-host',
  'net-alias-round-robin',
  'published-port',
  'container-env',
  'isolation',
  'restart-address',
  'local-vs-swarm',
  'overlay-attachable',
  'overlay-not-attachable',
  'overlay-service',
  'routing-mesh',
  'overlay-internal',
  'overlay-encrypted',
  'macvlan',
  'macvlan-swarm-scope',
  'macvlan-vlan',
  'macvlan-internal',
  'macvlan-no-parent',
  'ipvlan-l2',
  'ipvlan-l3',
  'swarm-ports',
  'swarm-membership',
  'overlay-external-store',
  'data-path-port',
];

/** Docker, its sources, the kernel's documentation. */
const documentation = /^https:\/\/(docs\.docker\.com|github\.com\/(moby|docker)|docs\.kernel\.org)\//;

function read(file: string): Experiment {
  return parseExperiment(readFileSync(new URL(file, folder), 'utf8'), `experiments/${file}`);
}

function probesOf({ steps }: Experiment) {
  return steps.flatMap(({ title, action }) => (action.kind === 'probe' ? [{ title, probe: action.probe }] : []));
}

/** Names of what a step makes when it is taken, or has the engine refuse. */
function madeBy(action: ActionDefinition | { kind: 'create-network'; network: string }): string[] {
  if (action.kind === 'create') return [action.container];
  if (action.kind === 'create-service') return [action.service];
  return action.kind === 'refused' ? madeBy(action.action) : [];
}

it.each(rows)('has %s, or variants of it', (row) => {
  expect(files.filter((file) => file === `${row}.yaml` || file.startsWith(`${row}-`))).not.toEqual([]);
});

it('has nothing but experiments that belong to a row', () => {
  const strays = files.filter((file) => !rows.some((row) => file === `${row}.yaml` || file.startsWith(`${row}-`)));
  expect(strays).toEqual([]);
});

describe.each(experiments)('%s', (file, experiment) => {
  it('has its id from its name', () => {
    expect(`${experiment.id}.yaml`).toBe(file);
  });

  it('says what it shows and where that is documented, in lines that fit a terminal', () => {
    expect(experiment.about.length).toBeGreaterThan(80);
    expect(experiment.about.length).toBeLessThan(700);
    expect(experiment.sources.filter((source) => !documentation.test(source))).toEqual([]);
    expect(experiment.sources).not.toEqual([]);
    expect(experiment.title.length).toBeLessThanOrEqual(72);
  });

  it('expects something of every probe, whatever the engine', () => {
    for (const { title, probe } of probesOf(experiment)) {
      expect(probe.variants.length, title).toBeGreaterThan(0);
      for (const { cells } of probe.variants) {
        expect(cells.length, title).toBeGreaterThan(0);
        expect(cells.filter(({ expected }) => expected === 'any')).toEqual([]);
      }
    }
  });

  it('asks something', () => {
    expect(experiment.steps.some(({ action }) => ['probe', 'check', 'refused', 'run'].includes(action.kind))).toBe(
      true,
    );
  });

  it('gives a reason for whatever is not reached', () => {
    for (const { title, because, action } of experiment.steps) {
      if (action.kind !== 'probe' || because !== null) continue;
      const unexplained = action.probe.variants
        .flatMap(({ cells }) => cells)
        .filter(({ expected, because: own }) => expected !== 'reached' && own === null);
      // A second look at the same thing may lean on the first one's reason.
      const earlier = experiment.steps.some((step) => step.because !== null && step.action.kind === 'probe');
      expect(unexplained.length === 0 || earlier, title).toBe(true);
    }
  });

  it('uses all that it builds', () => {
    const made = experiment.steps.flatMap(({ action }) => madeBy(action));
    const idle = [...experiment.containers, ...experiment.services]
      .filter(({ atStart, name }) => !atStart && !made.includes(name))
      .map(({ name }) => name);
    expect(idle).toEqual([]);
  });
});

it('names no container twice but where experiments may not run side by side', () => {
  const seen = new Map<string, string[]>();
  for (const [, { id, containers, ownLab }] of experiments) {
    if (ownLab !== null) continue;
    for (const { name } of containers) seen.set(name, [...(seen.get(name) ?? []), id]);
  }
  expect([...seen].filter(([, ids]) => ids.length > 1)).toEqual([]);
});
