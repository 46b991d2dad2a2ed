import { expect, it } from 'vitest';
import { z } from '../../src/core/zod.ts';
import { scopeDocumentSchema } from '../../src/report/schema.ts';
import { scopeDocument } from './scope-documents.ts';

it('takes a document whole, and loses nothing of it', () => {
  const document = scopeDocument({ skipped: { 'ipvlan-l2': 'ipvlan' } });
  expect(scopeDocumentSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
});

it('refuses a key that it does not know, so that an addition cannot be forgotten here', () => {
  expect(scopeDocumentSchema.safeParse({ ...scopeDocument(), more: 1 }).success).toBe(false);
});

it('can be written as JSON Schema', () => {
  expect(z.toJSONSchema(scopeDocumentSchema)).toMatchObject({
    type: 'object',
    properties: { totals: { type: 'object' } },
  });
});
