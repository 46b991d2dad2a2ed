import { expect, it } from 'vitest';
import { compileCatalogue, loadCatalogue } from '../../../src/experiment/language/catalogue.ts';

it('is the same whether it was compiled before or is parsed now', async () => {
  const compiled = JSON.parse(JSON.stringify(await compileCatalogue()));
  const parsed = await loadCatalogue();
  expect(Object.keys(compiled)).toEqual(parsed.map(({ id }) => id));
  // Not only equal for tests: undefined, say, would be lost on the way through JSON.
  for (const experiment of parsed) expect(compiled[experiment.id].experiment).toStrictEqual(experiment);
});
