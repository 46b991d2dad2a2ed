import type { Lookup } from './complete.ts';
import { readConfig, stateHomeOf } from './context.ts';
import type { Io } from './verb.ts';

/** What completion asks for: labs by their state, nodes by the config's plan. */
export function createLookup(io: Io): Lookup {
  return {
    async labs() {
      const { listLabs } = await import('../lab.ts');
      return listLabs(stateHomeOf({ io }));
    },
    async nodes(options) {
      const { planLab } = await import('../plan/plan-lab.ts');
      const plan = planLab(await readConfig({ io, options }));
      return [...plan.nodes.map(({ name }) => name), plan.world.name];
    },
    async experiments() {
      const { listExperimentIds } = await import('../experiment/language/catalogue.ts');
      return listExperimentIds();
    },
  };
}
