import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { formatSchema, schemas } from '../../src/cli/schema.ts';

it.each(Object.entries(schemas))(
  'schema/ holds the %s schema as the code has it (else: npm run schema)',
  async (_name, { file, make }) => {
    const kept = await readFile(new URL(`../../schema/${file}`, import.meta.url), 'utf8');
    expect(kept).toBe(formatSchema(await make()));
  },
);

it('describes every key of the config', async () => {
  const undescribed: string[] = [];
  const walk = (schema: Record<string, unknown>, at: string) => {
    for (const branch of (schema.anyOf ?? []) as Record<string, unknown>[]) walk(branch, at);
    if (schema.items !== undefined) walk(schema.items as Record<string, unknown>, `${at}[]`);
    for (const [key, child] of Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>)) {
      if (typeof child.description !== 'string') undescribed.push(`${at}.${key}`);
      walk(child, `${at}.${key}`);
    }
  };
  walk((await schemas.config?.make()) as Record<string, unknown>, '');
  expect(undescribed).toEqual([]);
});
