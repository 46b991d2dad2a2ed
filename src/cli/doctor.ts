import { openChosenLab, readConfig } from './context.ts';
import { type Answer, type Invocation, optionOf, type Verb } from './verb.ts';

export const doctor: Verb = {
  name: 'doctor',
  summary: 'examine this machine and the lab',
  about:
    'Examines this machine for the provider that "up" would take, and the lab if there is one. Each finding has what one sees, why, and what to do. Changes nothing.',
  words: [],
  options: {
    provider: { value: 'NAME', describe: "examine for that one; default: the lab's, else the config's" },
  },
  examples: [
    ['doctor', 'exit status 1 with a finding'],
    ['doctor --provider netns --json', 'for one provider, as a document'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<Answer> {
  const { io } = invocation;
  const [{ overrideConfig }, { planLab }] = await Promise.all([
    import('../config/overrides.ts'),
    import('../plan/plan-lab.ts'),
  ]);
  using context = await openChosenLab(invocation);
  const config = overrideConfig(await readConfig(invocation), {
    lab: context.lab,
    provider: optionOf(invocation, 'provider'),
  });
  const [lab, { doctorExitStatus, renderDoctor }] = await Promise.all([
    import('../lab.ts'),
    import('../report/doctor.ts'),
  ]);
  const { platform, env, homedir, cwd } = io;
  const document = await lab.doctor(
    context,
    { platform, architecture: process.arch, env, homedir, cwd },
    { plan: () => planLab(config), insists: optionOf(invocation, 'provider') !== undefined },
  );
  return { exitStatus: doctorExitStatus(document), text: renderDoctor(document), document };
}
