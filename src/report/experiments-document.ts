import type { Experiment, OwnLab } from '../experiment/language/definition.ts';

export interface ExperimentSummary {
  id: string;
  title: string;
  about: string;
  sources: readonly string[];
  needs: {
    nodes: number;
    outsider: boolean;
    kernel: readonly string[];
    /** Such as `>=20.10 <27`; null: any. */
    engine: string | null;
    programs: readonly string[];
  };
  disturbs: Experiment['disturbs'];
  /** Null: it runs in the lab that is up. */
  ownLab: OwnLab | null;
  /** Where its text is. */
  file: string | null;
}

/** Of one experiment, also what it builds and does, as src/experiment/language/definition.ts has it. */
export type ExperimentDetail = ExperimentSummary & Pick<Experiment, 'networks' | 'containers' | 'services' | 'steps'>;

export interface ExperimentsDocument {
  schema: 'swarmlab/experiments@1';
  experiments: readonly (ExperimentSummary | ExperimentDetail)[];
}

/** All experiments in short, or one whole. */
export function makeExperimentsDocument(experiments: readonly Experiment[], whole: boolean): ExperimentsDocument {
  return {
    schema: 'swarmlab/experiments@1',
    experiments: experiments.map((experiment) => {
      const summary = summarize(experiment);
      if (!whole) return summary;
      const { networks, containers, services, steps } = experiment;
      return { ...summary, networks, containers, services, steps };
    }),
  };
}

function summarize({ id, title, about, sources, needs, disturbs, ownLab, file }: Experiment): ExperimentSummary {
  return { id, title, about, sources, needs: { ...needs, engine: needs.engine?.text ?? null }, disturbs, ownLab, file };
}
