import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderCauseTable } from '../../src/report/cause-table.ts';

it('docs/explain.md lists the causes as the code has them', () => {
  const page = readFileSync(new URL('../../docs/explain.md', import.meta.url), 'utf8');
  expect(page).toContain(`\n${renderCauseTable()}\n`);
});
