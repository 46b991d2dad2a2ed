import { z } from '../core/zod.ts';
import type { ExplainDocument } from '../verdict/explain-types.ts';
import { by, protocol, text } from './run-schema-parts.ts';
import { outcome } from './schema.ts';

/** `swarmlab explain --json`. */
export const explainDocumentSchema = z.strictObject({
  schema: z.literal('swarmlab/explain@1'),
  lab: text,
  from: text,
  to: text,
  by,
  protocol: protocol.describe('That the outcome is of: where none was asked for, the first that did not arrive'),
  port: z.int().nullable(),
  target: text.nullable().describe('The name or address that was asked for'),
  outcome,
  cause: z.strictObject({
    id: text.describe('Listed in docs/explain.md; what is so by design has the id of its rule in docs/model.md'),
    node: text.nullable().describe('Where it happens; null: nowhere in particular, or not known'),
    sentence: text,
    confidence: z
      .enum(['certain', 'likely', 'undecided'])
      .describe('certain: seen itself. likely: what was seen fits nothing else that was looked at'),
  }),
  evidence: z.array(z.strictObject({ node: text.nullable(), what: text, seen: text })),
  remedy: text.nullable().describe('A line to type; null where there is none'),
  durationMs: z.number().nonnegative(),
}) satisfies z.ZodType<ExplainDocument>;
