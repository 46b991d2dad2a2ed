import type { Verb } from './verb.ts';

export const experiments: Verb = {
  name: 'experiments',
  summary: 'list the experiments, or explain one',
  about:
    'Lists the experiments that there are. With an ID, or the path of a file, explains that one before it runs: ' +
    'what is built, what is asked, what is expected and why. Touches nothing, and needs no lab.',
  words: [{ name: 'id', kind: 'experiment', describe: 'an experiment, or the path of a file', number: 'optional' }],
  options: {},
  examples: [
    ['experiments', 'what there is'],
    ['experiments user-bridge', 'one, before it runs'],
    ['experiments ./mine.yaml', 'one of your own: is its file right?'],
  ],
  async run(invocation) {
    const [{ findExperiment, loadCatalogue }, { makeExperimentsDocument }, { lookOf }] = await Promise.all([
      import('../experiment/language/catalogue.ts'),
      import('../report/experiments-document.ts'),
      import('./terminal.ts'),
    ]);
    const look = lookOf(invocation);
    const word = invocation.words.id?.[0];
    if (word === undefined) {
      const catalogue = await loadCatalogue();
      const { renderExperimentList } = await import('../report/experiments-list.ts');
      return {
        exitStatus: 0,
        text: renderExperimentList(catalogue, look),
        document: makeExperimentsDocument(catalogue, false),
      };
    }
    const experiment = await findExperiment(word, invocation.io.cwd);
    const { renderExplanation } = await import('../report/experiments-explain.ts');
    return {
      exitStatus: 0,
      text: renderExplanation(experiment, word, look),
      document: makeExperimentsDocument([experiment], true),
    };
  },
};
