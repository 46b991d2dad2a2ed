import { engineNodes } from '../../plan/plan-lab.ts';
import type { EngineNode, LabPlan } from '../../plan/types.ts';
import type { NodeLetter } from '../language/definition.ts';
import { nodeLetters } from '../language/vocabulary.ts';

/** The lab's engines as experiments name them: A the first manager, then the workers, then further managers. Pure. */
export function letterNodes(plan: LabPlan): ReadonlyMap<NodeLetter, EngineNode> {
  const engines = engineNodes(plan).filter(({ role }) => role !== 'outsider');
  const managers = engines.filter(({ role }) => role === 'manager');
  const workers = engines.filter(({ role }) => role === 'worker');
  const order = [...managers.slice(0, 1), ...workers, ...managers.slice(1)];
  const letters = new Map<NodeLetter, EngineNode>();
  nodeLetters.forEach((letter, index) => {
    const node = order[index];
    if (node !== undefined) letters.set(letter, node);
  });
  return letters;
}
