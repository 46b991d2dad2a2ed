import type { Finding } from '../../provider/finding.ts';
import type { LabFacts } from './lab-facts.ts';

/** One question about a lab that is up. Pure. */
export interface LabCheck {
  id: string;
  about: string;
  /** What is wrong, nothing when all is well, null when it could not be found out. */
  look(facts: LabFacts): readonly Finding[] | null;
}

export function upLine(lab: string): string {
  return lab === 'default' ? 'swarmlab up' : `swarmlab up --lab ${lab}`;
}

export function execLine(lab: string, node: string, command: string): string {
  return `swarmlab exec${lab === 'default' ? '' : ` --lab ${lab}`} ${node} ${command}`;
}
