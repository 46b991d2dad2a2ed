import { labLabel } from '../scope/fixture.ts';

export const experimentLabel = 'swarmlab.experiment';

/** What everything that an experiment makes carries, so that it can be undone, and swept after a run that was killed. */
export function experimentLabels(lab: string, id: string): Readonly<Record<string, string>> {
  return { [labLabel]: lab, [experimentLabel]: id };
}

/** For the engines' `label` filter: of one experiment, or of all. */
export function labelFilter(id: string | null): string {
  return id === null ? experimentLabel : `${experimentLabel}=${id}`;
}
