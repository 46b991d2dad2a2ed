import { wrongInput } from '../core/errors.ts';
import type { Protocol } from '../probe/types.ts';
import { openChosenLab } from './context.ts';
import { type Invocation, optionOf, type Verb, wordOf } from './verb.ts';

const ways = ['name', 'ip', 'published'] as const;
const protocols: readonly Protocol[] = ['icmp', 'tcp', 'udp'];

export const explain: Verb = {
  name: 'explain',
  summary: 'why one reaches another, or does not',
  about:
    'Probes one pair, watches the machines meanwhile, and names one cause with the node where it happens, what was seen, and a line to type. A place is node/container, a container whose name is unique, node:NAME, lan or world. It looks at the machines alone, and changes nothing.',
  words: [
    { name: 'from', kind: 'place', describe: 'who asks', number: 'one' },
    { name: 'to', kind: 'place', describe: 'who is asked', number: 'one' },
  ],
  options: {
    by: {
      value: 'WAY',
      describe: `${ways.join(', ')}; default: name where both are on a network that has names, else ip`,
    },
    protocol: { value: 'NAME', describe: `${protocols.join(', ')}; default: all three, and the first that fails` },
    port: { value: 'N', describe: "a port of the target's own program; TCP unless --protocol says udp" },
  },
  examples: [
    ['explain c1 c2', 'by name where there are names'],
    ['explain m1/web node:m1 --by ip', 'why a macvlan does not reach its own node'],
    ['explain lan m1/web --by published --port 8080', 'a published port'],
    ['explain c1 c2 --json', 'cause, node, evidence, remedy as a document'],
  ],
  async run(invocation) {
    const choice = {
      by: oneOf(invocation, 'by', ways),
      protocol: oneOf(invocation, 'protocol', protocols),
      port: portOf(invocation),
    };
    using context = await openChosenLab(invocation);
    const [lab, { renderExplain }, { lookOf }] = await Promise.all([
      import('../lab.ts'),
      import('../report/explain.ts'),
      import('./terminal.ts'),
    ]);
    const document = await lab.explain(context, wordOf(invocation, 'from'), wordOf(invocation, 'to'), choice);
    return { exitStatus: 0, text: renderExplain(document, lookOf(invocation)), document };
  },
};

function oneOf<Word extends string>(invocation: Invocation, name: string, words: readonly Word[]): Word | null {
  const text = optionOf(invocation, name);
  if (text === undefined) return null;
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw wrongValue(name, `--${name} must be ${words.join(', ')}, not ${JSON.stringify(text)}`);
}

function portOf(invocation: Invocation): number | null {
  const text = optionOf(invocation, 'port');
  if (text === undefined) return null;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
    throw wrongValue('port', `--port must be a number from 1 to 65535, not ${JSON.stringify(text)}`);
  }
  if (optionOf(invocation, 'protocol') === 'icmp')
    throw wrongValue('port', '--port goes with tcp or udp: ICMP has none');
  return port;
}

function wrongValue(option: string, message: string) {
  return wrongInput('usage.wrong-value', message, [{ code: 'usage.wrong-value', message, path: `--${option}` }]);
}
