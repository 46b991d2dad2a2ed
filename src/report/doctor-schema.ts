import { z } from '../core/zod.ts';
import type { DoctorDocument } from './documents.ts';

const subject = z.enum(['machine', 'lab']).describe('Which of the two it is about');

/** `swarmlab doctor --json`. */
export const doctorDocumentSchema = z.strictObject({
  schema: z.literal('swarmlab/doctor@1'),
  lab: z.string(),
  provider: z.string(),
  platform: z.string().describe('linux, win32 or darwin'),
  labIsThere: z.boolean().describe('False: there is no lab of that name, and the machine alone was examined'),
  findings: z.array(
    z.strictObject({
      subject,
      code: z.string().describe('Listed in docs/doctor.md'),
      severity: z
        .enum(['blocks', 'warns'])
        .describe('blocks: a lab would not come up, or does not work. warns: it may hurt later'),
      symptom: z.string(),
      cause: z.string(),
      remedy: z.string().describe('What to do: a line to type where there is one'),
    }),
  ),
  checked: z.array(
    z.strictObject({
      subject,
      id: z.string(),
      about: z.string(),
      outcome: z
        .enum(['well', 'finding', 'not-examined'])
        .describe('not-examined: it could not be found out, and says nothing'),
    }),
  ),
  durationMs: z.number().nonnegative(),
}) satisfies z.ZodType<DoctorDocument>;
