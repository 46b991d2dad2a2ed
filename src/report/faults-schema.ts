import { z } from '../core/zod.ts';
import { faultKinds } from '../fault/types.ts';
import type { FaultsDocument } from './documents.ts';

/** `swarmlab fault add|list|clear --json`. */
export const faultsDocumentSchema = z.strictObject({
  schema: z.literal('swarmlab/faults@1'),
  lab: z.string(),
  faults: z
    .array(
      z.strictObject({
        id: z.string().describe('f1, f2, ...'),
        kind: z.enum(faultKinds),
        sentence: z.string().describe('What is broken, without its point'),
        nodes: z.array(z.string()).describe('That it is about; empty: the whole lab'),
        arguments: z.record(z.string(), z.unknown()).describe('As it was asked for; by kind'),
        since: z.string().describe('ISO 8601'),
        inForce: z
          .boolean()
          .nullable()
          .describe('Whether the machines say so now; null where they were not asked, or could not say'),
      }),
    )
    .describe('All that are recorded now'),
  changed: z.array(z.string()).describe('Ids of those that were added, or cleared, now'),
  durationMs: z.number().nonnegative(),
}) satisfies z.ZodType<FaultsDocument>;
