import { wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import { faultUsage } from '../fault/read-fault.ts';
import { faultKinds } from '../fault/types.ts';
import { openChosenLab } from './context.ts';
import { type Answer, type Invocation, optionOf, type Verb, wordOf } from './verb.ts';

const actions = ['add', 'list', 'clear'] as const;

export const fault: Verb = {
  name: 'fault',
  summary: 'break something on purpose, and mend it',
  about:
    'Breaks something on purpose: a port, a cable, an engine, an address. It is recorded, shown by status, and taken back ' +
    `by clear and by down.\n\n${faultKinds.map((kind) => `  fault add ${faultUsage[kind]}`).join('\n')}\n  fault list\n  fault clear [ID...]`,
  words: [
    { name: 'action', kind: 'action', choices: actions, describe: actions.join(', '), number: 'one' },
    { name: 'word', kind: 'fault', describe: 'of add: the kind and its arguments; of clear: ids', number: 'many' },
  ],
  options: {
    on: { value: 'NODE', describe: 'where it is broken' },
    from: { value: 'NODES', describe: 'only what is exchanged with these, with commas' },
    direction: { value: 'WAY', describe: 'in, out or both, as seen from the node; default both' },
  },
  examples: [
    ['fault add block 4789/udp --on w1', 'the data path of overlays'],
    ['fault add partition m1 w1,w2', 'two halves of the lab'],
    ['fault add mtu 1300 --on w1', 'large packets die silently'],
    ['fault add engine pause --on w1', 'an engine that does not answer'],
    ['fault list', 'what is broken now'],
    ['fault clear', 'all of it mended'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<Answer> {
  const action = actionOf(wordOf(invocation, 'action'));
  const words = invocation.words.word ?? [];
  const option = (name: string) => optionOf(invocation, name) ?? null;
  if (action !== 'add') refuseOptions(invocation, action);
  if (action === 'list' && words.length > 0)
    throw wrongInput('usage.wrong', 'fault list takes no word', [], 'swarmlab fault list');
  const [kind, ...rest] = words;
  if (action === 'add' && kind === undefined) {
    const hint = `one of: ${faultKinds.join(', ')}; swarmlab fault --help says more`;
    throw wrongInput('usage.missing-word', 'swarmlab fault add needs KIND', [], hint);
  }
  using context = await openChosenLab(invocation);
  const [lab, { renderAddedFault, renderClearedFaults, renderFaults }] = await Promise.all([
    import('../lab.ts'),
    import('../report/faults.ts'),
  ]);
  switch (action) {
    case 'add': {
      const request = { kind: kind ?? '', words: rest, on: option('on'), from: option('from') };
      const document = await lab.addFault(context, { ...request, direction: option('direction') });
      return { exitStatus: 0, text: renderAddedFault(document), document };
    }
    case 'list': {
      const document = await lab.listFaults(context);
      return { exitStatus: 0, text: renderFaults(document), document };
    }
    case 'clear': {
      const document = await lab.clearFaults(context, words);
      return { exitStatus: 0, text: renderClearedFaults(document), document };
    }
    default:
      return action satisfies never;
  }
}

function actionOf(word: string): (typeof actions)[number] {
  const found = actions.find((action) => action === word);
  if (found !== undefined) return found;
  const near = nearMiss(word, actions);
  const hint = near === null ? `there is: ${actions.join(', ')}` : `did you mean ${near}?`;
  throw wrongInput('usage.unknown-action', `swarmlab fault has no ${JSON.stringify(word)}`, [], hint);
}

function refuseOptions(invocation: Invocation, action: string): void {
  const given = ['on', 'from', 'direction'].find((name) => invocation.options[name] !== undefined);
  if (given === undefined) return;
  throw wrongInput(
    'usage.wrong',
    `fault ${action} takes no --${given}`,
    [],
    'swarmlab fault --help says what there is',
  );
}
