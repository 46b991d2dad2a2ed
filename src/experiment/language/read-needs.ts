import type { Experiment, Needs, OwnLab } from './definition.ts';
import { spreadNodes } from './read-groups.ts';
import { isBroken, type Reading, report } from './reading.ts';
import { lettersOf, usesOutsider } from './uses.ts';
import { parseVersionRange } from './version-range.ts';
import { nodeLetters } from './vocabulary.ts';

type Built = Pick<Experiment, 'networks' | 'containers' | 'services' | 'steps'>;

/** The lab of its own; null where it has none. */
export function readOwnLab(reading: Reading, built: Built): OwnLab | null {
  const { lab } = reading.document;
  if (lab === undefined) return null;
  const managers = lab.managers ?? 1;
  if (managers % 2 === 0) {
    report(reading, ['lab', 'managers'], {
      code: 'experiment.contradiction',
      message: `the number of managers must be odd, not ${managers}`,
      hint: `have ${managers - 1} or ${managers + 1}`,
    });
  }
  return {
    managers,
    workers: lab.workers ?? 0,
    outsiders: lab.outsiders ?? (usesOutsider(built) ? 1 : 0),
    engine: lab.daemon ?? {},
    swarm: lab.swarm === false ? null : { dataPathPort: lab.swarm?.dataPathPort ?? 4789 },
    clusterStore: lab.clusterStore ?? null,
  };
}

/** What must be there, with what the file uses where it does not say. */
export function readNeeds(reading: Reading, built: Built, ownLab: OwnLab | null): Needs {
  const { needs = {} } = reading.document;
  const letters = lettersOf(built);
  const named = letters.length === 0 ? 1 : nodeLetters.indexOf(letters.at(-1) ?? 'A') + 1;
  const used = Math.max(named, spreadNodes(reading));
  const last = nodeLetters[used - 1] ?? 'A';
  const outsider = usesOutsider(built);
  const contradiction = (path: readonly string[], message: string, hint: string) => {
    if (!isBroken(reading, path.slice(0, 1)))
      report(reading, path, { code: 'experiment.contradiction', message, hint });
  };
  if (ownLab !== null) {
    const there = ownLab.managers + ownLab.workers;
    if (there < used) {
      const message = `the lab of this experiment has ${there === 1 ? 'the node A alone' : `the nodes A to ${nodeLetters[there - 1]}`}, and the file uses ${last}`;
      contradiction(['lab'], message, `have "workers: ${used - ownLab.managers}"`);
    }
    if (outsider && ownLab.outsiders === 0) {
      contradiction(['lab', 'outsiders'], 'the file uses lan, and its lab has no outsider', 'have "outsiders: 1"');
    }
  }
  if (needs.nodes !== undefined && needs.nodes < used) {
    contradiction(
      ['needs', 'nodes'],
      `the file uses node ${last}, which is number ${used}`,
      `say ${used}, or leave it out`,
    );
  }
  if (needs.outsider === false && outsider) {
    contradiction(['needs', 'outsider'], 'the file uses lan, which is an outsider', 'leave it out');
  }
  return {
    nodes: Math.max(needs.nodes ?? 1, ownLab === null ? used : ownLab.managers + ownLab.workers),
    outsider: needs.outsider ?? (outsider || (ownLab?.outsiders ?? 0) > 0),
    kernel: needs.kernel ?? [],
    engine: needs.engine === undefined ? null : parseVersionRange(needs.engine),
    programs: needs.programs ?? [],
  };
}
