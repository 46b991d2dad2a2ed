import type { ResolvedConfig } from '../config/types.ts';
import { exitStatus, LabError } from '../core/errors.ts';
import { openContext, readConfig, timeoutOf } from './context.ts';
import { type Answer, type Invocation, isGiven, optionOf, type Verb } from './verb.ts';

export const up: Verb = {
  name: 'up',
  summary: 'make the lab, or what is missing of it',
  about: "Makes the lab, or what is missing of it: nodes, engines, image, the swarm's ports, the swarm.",
  words: [],
  options: {
    provider: { value: 'NAME', describe: 'what makes the nodes: netns or vagrant' },
    managers: { value: 'N', describe: 'swarm managers, an odd number; default 1' },
    workers: { value: 'N', describe: 'swarm workers; default 2, on VMs 1' },
    outsiders: { value: 'N', describe: 'LAN neighbours outside the swarm; default 1' },
    'dry-run': { describe: 'show the plan, change nothing' },
    retain: { describe: 'keep a lab that fails, to look at it' },
  },
  examples: [
    ['up', 'a manager, two workers, an outsider'],
    ['up --managers 3 --workers 0', 'a swarm of three managers'],
    ['up --provider vagrant', 'virtual machines: a manager, a worker, an outsider'],
    ['up --lab seat-07 --dry-run', 'addresses and names, without making anything'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<Answer> {
  const [{ overrideConfig }, { planLab }] = await Promise.all([
    import('../config/overrides.ts'),
    import('../plan/plan-lab.ts'),
  ]);
  const config = overrideConfig(await readConfig(invocation), {
    lab: optionOf(invocation, 'lab'),
    provider: optionOf(invocation, 'provider'),
    managers: optionOf(invocation, 'managers'),
    workers: optionOf(invocation, 'workers'),
    outsiders: optionOf(invocation, 'outsiders'),
    timeoutMs: timeoutOf(invocation),
  });
  const plan = planLab(config);
  if (isGiven(invocation, 'dry-run')) {
    const { formatPlan } = await import('../plan/format-plan.ts');
    return { exitStatus: 0, text: formatPlan(plan), document: { schema: 'swarmlab/plan@1', ...plan } };
  }
  refuseForeignPlatform(invocation, config);
  // The time limit is lab.up's: it says what was awaited, and what a failed run made is removed after it.
  using context = openContext(invocation, plan.lab, null);
  context.note(`provider ${plan.provider}: ${whoChose(invocation, config)}`);
  const [lab, { renderStatus }] = await Promise.all([import('../lab.ts'), import('../report/status.ts')]);
  const document = await lab.up(context, plan, { retain: isGiven(invocation, 'retain') });
  return { exitStatus: 0, text: renderStatus(document), document };
}

function whoChose(invocation: Invocation, { source, provider }: ResolvedConfig): string {
  if (optionOf(invocation, 'provider') !== undefined) return 'as --provider says';
  if (source.positions.has('provider')) return `as ${source.file} says`;
  return provider === 'netns' ? 'the default on Linux' : 'the default but on Linux';
}

function refuseForeignPlatform(invocation: Invocation, { provider, source }: ResolvedConfig): void {
  const { platform } = invocation.io;
  if (platform === 'linux' || provider !== 'netns') return;
  const asked = optionOf(invocation, 'provider') !== undefined || source.positions.has('provider');
  throw new LabError({
    code: 'provider.not-on-this-platform',
    message: `provider ${provider} makes nodes from Linux namespaces; this machine runs ${platform}`,
    hint: 'swarmlab up --provider vagrant makes virtual machines, or run swarmlab on Linux',
    exitStatus: asked ? exitStatus.wrongInput : exitStatus.couldNotBeDone,
  });
}
