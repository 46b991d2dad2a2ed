import type { Problem } from '../../core/errors.ts';
import type { ProviderContext } from '../provider.ts';
import { hasVagrant } from './command.ts';
import { vagrantMissing } from './failures.ts';
import type { RunProgram } from './program.ts';

/** What keeps this machine from carrying the lab. */
export async function preflight(_context: ProviderContext, _run: RunProgram): Promise<readonly Problem[]> {
  if (await hasVagrant()) return [];
  const { code, message, hint } = vagrantMissing();
  return [{ code, message, ...(hint === undefined ? {} : { hint }) }];
}
