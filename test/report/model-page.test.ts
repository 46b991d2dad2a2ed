import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { deliveryRules } from '../../src/model/rules/delivery.ts';
import { nameRules } from '../../src/model/rules/names.ts';
import { targetRules } from '../../src/model/rules/targets.ts';
import { renderModelPage } from '../../src/report/model-page.ts';

it('docs/model.md is what the rules say (npm run schema writes it)', () => {
  expect(readFileSync(new URL('../../docs/model.md', import.meta.url), 'utf8')).toBe(renderModelPage());
});

it('gives every rule an id of its own, a sentence and a reference', () => {
  const rules = [...nameRules, ...deliveryRules, ...Object.entries(targetRules).map(([id, rule]) => ({ id, ...rule }))];
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { id, sentence, reference } of rules) {
    expect(id).toMatch(/^[a-z0-9]+(?:[.-][a-z0-9]+)+$/);
    expect(sentence).toMatch(/^\S.*[^.]$/);
    expect(reference).not.toBe('');
  }
});
