import type { Problem } from '../../core/errors.ts';
import type { LabPlan } from '../../plan/types.ts';
import type { Finding } from '../../provider/finding.ts';
import type { HostInput } from '../../provider/vagrant/doctor/examine.ts';

/** This process's surroundings. */
export type MachineInput = Pick<HostInput, 'platform' | 'architecture' | 'env' | 'homedir' | 'cwd'>;

/** One check and what it found; null findings: it could not be found out. */
export interface Examined {
  id: string;
  about: string;
  findings: readonly Finding[] | null;
}

/** What `up` would find wrong with this machine for that plan, check by check. */
export async function examineMachine(
  plan: LabPlan,
  stateDir: string,
  machine: MachineInput,
  signal: AbortSignal,
): Promise<readonly Examined[]> {
  const { provider, vagrant } = plan;
  switch (provider) {
    case 'netns': {
      const { preflight } = await import('../../provider/netns/preflight.ts');
      const problems = await preflight(stateDir);
      signal.throwIfAborted();
      return [{ id: 'netns', about: 'what nodes in namespaces need', findings: problems.map(findingOf) }];
    }
    case 'vagrant': {
      if (vagrant === null) throw new Error('the plan has no virtual machines');
      const [{ checkHost }, { createRunProgram }] = await Promise.all([
        import('../../provider/vagrant/doctor/examine.ts'),
        import('../../core/program/run-program.ts'),
      ]);
      return checkHost({ ...machine, plan: { ...plan, vagrant }, stateDir }, createRunProgram(machine), signal);
    }
    default:
      return provider satisfies never;
  }
}

/** What would end `up` at its start. */
function findingOf({ code, message, hint }: Problem): Finding {
  return {
    code,
    severity: 'blocks',
    symptom: '"swarmlab up" refuses this machine and makes nothing.',
    cause: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
    remedy: hint ?? 'use another machine',
  };
}
