import { z } from '../core/zod.ts';
import type { PredictDocument } from '../verdict/predict-types.ts';
import { by, engines, expected, predicted, protocol, rule, skipped, stepKind, text } from './run-schema-parts.ts';

const count = z.int().nonnegative();

const probe = z.strictObject({
  from: text,
  to: text,
  by,
  protocol,
  port: z.int().nullable(),
  expected: predicted,
  rule,
  stated: expected.describe('What the file of the experiment says'),
  agrees: z.boolean().nullable().describe('Null where the model is undecided'),
});

/** `swarmlab predict --json`. */
export const predictDocumentSchema = z.strictObject({
  schema: z.literal('swarmlab/predict@1'),
  lab: text,
  provider: text,
  engines,
  asked: z.boolean().describe('Whether a lab was asked; otherwise plan and engines are assumed'),
  experiments: z.array(
    z.strictObject({
      id: text,
      title: text,
      skipped,
      steps: z.array(
        z.strictObject({
          title: text,
          because: text.nullable(),
          see: text.nullable(),
          kind: stepKind,
          line: z.int().nullable(),
          probes: z.array(probe),
        }),
      ),
    }),
  ),
  totals: z.strictObject({
    experiments: count,
    probes: count,
    agree: count,
    disagree: count,
    undecided: count,
    skipped: count,
  }),
  durationMs: z.number().nonnegative(),
}) satisfies z.ZodType<PredictDocument>;
