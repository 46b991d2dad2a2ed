import type { Bench } from '../build/bench.ts';
import type { Condition, ProbeDefinition } from '../language/definition.ts';
import { satisfies } from '../language/version-range.ts';

/** Whether all of it holds: the version is node A's, the FORWARD policy that of every node. Null always holds. */
export function conditionHolds(bench: Pick<Bench, 'nodes' | 'facts' | 'plan'>, condition: Condition | null): boolean {
  if (condition === null) return true;
  const { engine, forwardPolicy, provider } = condition;
  const version = bench.facts.get(bench.nodes.get('A')?.name ?? '')?.engineVersion ?? '';
  if (engine !== null && !satisfies(version, engine)) return false;
  if (provider !== null && provider !== bench.plan.provider) return false;
  const policies = [...bench.nodes.values()].map(({ name }) => bench.facts.get(name)?.forwardPolicy);
  return forwardPolicy === null || policies.every((policy) => policy === forwardPolicy);
}

/** The first variant that speaks here; null where none does. */
export function variantOf(
  bench: Pick<Bench, 'nodes' | 'facts' | 'plan'>,
  probe: ProbeDefinition,
): ProbeDefinition['variants'][number] | null {
  return probe.variants.find(({ when }) => conditionHolds(bench, when)) ?? null;
}
