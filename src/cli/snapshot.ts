import { wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import { openChosenLab } from './context.ts';
import { type Answer, type Invocation, type Verb, wordOf } from './verb.ts';

const actions = ['save', 'restore', 'list'] as const;
/** What Vagrant, VirtualBox and libvirt all take for a name. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const snapshot: Verb = {
  name: 'snapshot',
  summary: 'keep a state of the lab, and go back to it',
  about:
    'Keeps the state of every virtual machine under a name, and goes back to it; clocks and swarm are put right then.',
  words: [
    { name: 'action', kind: 'action', choices: actions, describe: actions.join(', '), number: 'one' },
    { name: 'name', kind: 'text', describe: "the snapshot's name; default clean", number: 'optional' },
  ],
  options: {},
  examples: [
    ['snapshot save clean', 'after up: what the room begins with'],
    ['snapshot restore clean', 'after a lesson that broke something'],
    ['snapshot list', 'what there is'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<Answer> {
  const action = actionOf(wordOf(invocation, 'action'));
  const given = invocation.words.name?.[0];
  const name = given ?? 'clean';
  if (!namePattern.test(name)) {
    const message = `a snapshot's name has letters, digits, dots, dashes and underscores, at most 64; not ${JSON.stringify(name)}`;
    throw wrongInput('usage.wrong-value', message, [], 'such as clean or lesson-2');
  }
  if (action === 'list' && given !== undefined) {
    throw wrongInput('usage.wrong', 'snapshot list takes no name', [], 'swarmlab snapshot list');
  }
  using context = await openChosenLab(invocation);
  const [lab, { renderSnapshots }] = await Promise.all([import('../lab.ts'), import('../report/halt.ts')]);
  switch (action) {
    case 'save': {
      const document = await lab.saveSnapshot(context, name);
      return { exitStatus: 0, text: renderSnapshots(document), document };
    }
    case 'restore': {
      const document = await lab.restoreSnapshot(context, name);
      const { renderStatus } = await import('../report/status.ts');
      return { exitStatus: 0, text: renderStatus(document), document };
    }
    case 'list': {
      const document = await lab.listSnapshots(context);
      return { exitStatus: 0, text: renderSnapshots(document), document };
    }
    default:
      return action satisfies never;
  }
}

function actionOf(text: string): (typeof actions)[number] {
  const action = actions.find((one) => one === text);
  if (action !== undefined) return action;
  const near = nearMiss(text, actions);
  const hint = near === null ? `there is: ${actions.join(', ')}` : `did you mean ${near}?`;
  throw wrongInput('usage.unknown-action', `snapshot has no action ${JSON.stringify(text)}`, [], hint);
}
