import { homedir } from 'node:os';
import type { RunProgram } from '../../core/program/run-program.ts';
import type { Finding } from '../finding.ts';
import type { Preflight, ProviderContext } from '../provider.ts';
import { examineHost } from './doctor/examine.ts';

/** What keeps this machine from carrying the lab's VMs, or makes them slow: what `doctor` finds, in short. */
export async function preflight({ plan, stateDir, signal }: ProviderContext, run: RunProgram): Promise<Preflight> {
  const { vagrant } = plan;
  if (vagrant === null) throw new Error('the plan has no virtual machines');
  const host = { platform: process.platform, architecture: process.arch, env: process.env, homedir: homedir() };
  const findings = await examineHost(
    { ...host, plan: { ...plan, vagrant }, stateDir, cwd: process.cwd() },
    run,
    signal,
  );
  const blocking = findings.filter(({ severity }) => severity === 'blocks');
  return {
    problems: blocking.map(({ code, symptom, cause, remedy }) => ({
      code,
      message: `${cause} ${symptom}`,
      hint: remedy,
    })),
    warnings: findings.filter(({ severity }) => severity === 'warns').map(sentence),
  };
}

function sentence({ cause, symptom, remedy }: Finding): string {
  return `${cause} ${symptom} -> ${remedy}`;
}
