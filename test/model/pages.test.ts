import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { deliveryRules } from '../../src/model/rules/delivery.ts';
import { nameRules } from '../../src/model/rules/names.ts';
import { targetRules } from '../../src/model/rules/targets.ts';

it('docs/drivers.md names rules that there are', () => {
  const ids = new Set([...[...nameRules, ...deliveryRules].map(({ id }) => id), ...Object.keys(targetRules)]);
  const page = readFileSync(new URL('../../docs/drivers.md', import.meta.url), 'utf8');
  const named = [...page.matchAll(/`([a-z0-9-]+(?:\.[a-z0-9-]+)+)`/g)].map(([, id]) => id ?? '');
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((id) => !ids.has(id))).toEqual([]);
});
