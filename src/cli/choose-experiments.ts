import { LabError, messageOf, type Problem, wrongInput } from '../core/errors.ts';
import {
  expandFamily,
  findExperiment,
  listExperimentIds,
  loadCatalogue,
  unknownExperiment,
} from '../experiment/language/catalogue.ts';
import type { Experiment } from '../experiment/language/definition.ts';

export interface Chosen {
  experiment: Experiment;
  /** What a person types for it. */
  word: string;
}

/**
 * The experiments that a command line names, each once, or the whole catalogue. Throws wrong input with everything that
 * is wrong in all of them.
 */
export async function chooseExperiments(
  words: readonly string[],
  all: boolean,
  cwd: string,
  verb = 'run',
): Promise<readonly Chosen[]> {
  if (all && words.length > 0) {
    const hint = 'leave --all out for those alone, or leave the names out';
    throw wrongInput('usage.wrong', `swarmlab ${verb} takes either experiments or --all`, [], hint);
  }
  if (all) return (await loadCatalogue()).map((experiment) => ({ experiment, word: experiment.id }));
  if (words.length === 0) {
    const line = `swarmlab ${verb}`;
    const hint = `${line} ID, ${line} FILE.yaml, or ${line} --all; swarmlab experiments lists the ids`;
    throw wrongInput('usage.missing-word', `${line} needs experiments`, [], hint);
  }
  const distinct = [...new Set((await Promise.all(words.map(expandFamily))).flat())];
  const found = await Promise.allSettled(distinct.map((word) => findExperiment(word, cwd)));
  refuseBroken(found);
  const chosen = found.flatMap((result, index) =>
    result.status === 'fulfilled' ? [{ experiment: result.value, word: distinct[index] ?? '' }] : [],
  );
  for (const [index, { experiment, word }] of chosen.entries()) {
    const other = chosen.slice(0, index).find((one) => one.experiment.id === experiment.id);
    if (other === undefined) continue;
    const message = `${other.word} and ${word} are both named ${experiment.id}`;
    throw wrongInput('experiment.same-id', message, [], 'run them one after the other, or give one another id');
  }
  return chosen;
}

/** Ids alone, for what is left of experiments: those of files are read, any other word may be the id of a file that is gone. */
export async function idsOf(words: readonly string[], cwd: string): Promise<readonly string[]> {
  const each = (await Promise.all(words.map(expandFamily))).flat();
  return Promise.all(
    each.map(async (word) => (/\.ya?ml$|[/\\]/.test(word) ? (await findExperiment(word, cwd)).id : word)),
  );
}

/** Throws wrong input for ids of which the lab had nothing and that the catalogue does not have either: they are misspelt. */
export async function refuseUnknown(ids: readonly string[]): Promise<void> {
  const known = ids.length === 0 ? [] : await listExperimentIds();
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw unknownExperiment(unknown, known);
}

/** One error as it is; of several, all their problems. */
function refuseBroken(found: readonly PromiseSettledResult<Experiment>[]): void {
  const reasons = found.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  if (reasons.length === 0) return;
  const foreign = reasons.find((reason) => !(reason instanceof LabError));
  if (reasons.length === 1 || foreign !== undefined) throw foreign ?? reasons[0];
  const problems = reasons.flatMap((reason): readonly Problem[] => {
    if (!(reason instanceof LabError)) return [];
    const { code, hint, problems: own } = reason;
    return own.length > 0 ? own : [{ code, message: messageOf(reason), ...(hint === undefined ? {} : { hint }) }];
  });
  throw wrongInput('experiment.invalid', `${reasons.length} experiments are wrong: nothing was made`, problems);
}
