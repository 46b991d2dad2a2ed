import { wrongInput } from '../core/errors.ts';
import { openChosenLab } from './context.ts';
import { type Invocation, optionOf, type Verb } from './verb.ts';

export const probe: Verb = {
  name: 'probe',
  summary: 'who reaches whom among the running containers',
  about:
    'Asks from every running container for every other, by name and by IP, over ICMP, TCP and UDP: also from those ' +
    'that you started by hand. A place is node/container, a container whose name is unique, node:NAME, lan or world.',
  words: [],
  options: {
    network: { value: 'NAME', describe: 'containers on this network, and their addresses there' },
    from: { value: 'PLACE', describe: 'only from there' },
    to: { value: 'PLACE', describe: 'only to there' },
    coverage: {
      value: 'all|classes',
      describe: 'every pair; or of containers that are alike some for all. Default all',
    },
  },
  examples: [
    ['probe', 'every container to every container'],
    ['probe --network alpine-net', 'those on one network'],
    ['probe --from lan', 'what the neighbour on the LAN reaches'],
    ['probe --from m1/web --to node:w1', 'one way'],
  ],
  async run(invocation) {
    const coverage = coverageOf(invocation);
    using context = await openChosenLab(invocation);
    const [lab, { renderProbe }, { lookOf }] = await Promise.all([
      import('../lab.ts'),
      import('../report/probe-terminal.ts'),
      import('./terminal.ts'),
    ]);
    const document = await lab.probe(context, {
      coverage,
      network: optionOf(invocation, 'network') ?? null,
      from: optionOf(invocation, 'from') ?? null,
      to: optionOf(invocation, 'to') ?? null,
    });
    return { exitStatus: 0, text: renderProbe(document, lookOf(invocation)), document };
  },
};

function coverageOf(invocation: Invocation): 'all' | 'classes' {
  const given = optionOf(invocation, 'coverage') ?? 'all';
  if (given === 'all' || given === 'classes') return given;
  const message = `--coverage must be all or classes, not ${JSON.stringify(given)}`;
  throw wrongInput('usage.wrong-value', message, [{ code: 'usage.wrong-value', message, path: '--coverage' }]);
}
