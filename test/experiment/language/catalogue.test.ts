import { expect, it } from 'vitest';
import { compileCatalogue, listExperimentIds } from '../../../src/experiment/language/catalogue.ts';

it('is the same after it was kept as JSON, which loses undefined, dates and maps', async () => {
  const compiled = await compileCatalogue();
  expect(Object.keys(compiled)).toEqual(await listExperimentIds());
  expect(JSON.parse(JSON.stringify(compiled))).toStrictEqual(compiled);
});
