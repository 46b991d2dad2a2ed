import { LabError } from '../core/errors.ts';
import { provisionText } from '../core/provision.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import type { FeatureAnswers } from './requirements.ts';
import { type KernelFeature, kernelFeatures } from './types.ts';

/** Ten features, a few milliseconds each; on a machine under load or an emulated one, seconds. */
const askTimeoutMs = 90_000;

/** Asks the machine's kernel for each feature by using it. Throws a LabError when it gives no answer. */
export async function askKernelFeatures(connection: NodeConnection, signal: AbortSignal): Promise<FeatureAnswers> {
  const stdin = await provisionText('kernel-features.sh');
  const result = await connection.exec(['sh', '-s'], { stdin, signal, timeoutMs: askTimeoutMs });
  const answers = parseKernelFeatures(result.stdout.toString('utf8'));
  if (result.exitStatus !== 0 || answers.size === 0) {
    throw new LabError({
      code: 'scope.kernel-features',
      message: `${connection.machine} did not say what its kernel can do: ${result.stderr.trim() || 'no output'}`,
      hint: `run provision/kernel-features.sh there as root and read what it prints (swarmlab ssh ${connection.machine})`,
    });
  }
  return answers;
}

/** Reads the lines of provision/kernel-features.sh; what is no such line is passed over. */
export function parseKernelFeatures(text: string): FeatureAnswers {
  const answers = new Map<KernelFeature, { works: boolean; reason: string }>();
  for (const line of text.split('\n')) {
    const match = /^(\S+) (yes|no)(?: (.*))?$/.exec(line.trim());
    const feature = kernelFeatures.find((known) => known === match?.[1]);
    if (match === null || feature === undefined) continue;
    answers.set(feature, { works: match[2] === 'yes', reason: (match[3] ?? '').replace(/^Error: /, '') });
  }
  return answers;
}
