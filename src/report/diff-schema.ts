import { z } from '../core/zod.ts';
import { driverIds, rings } from '../experiment/types.ts';
import type {
  CheckDifference,
  DiffDocument,
  ForetoldDifference,
  MissingDifference,
  NotCompared,
  UndecidedCell,
  ValueDifference,
} from '../verdict/diff-types.ts';
import type { Reachability } from '../verdict/reachability.ts';
import { by, checkKind, every, predicted, protocol, rule } from './run-schema-parts.ts';
import { outcome, verdict } from './schema.ts';

const text = z.string();
const words = z.string().nullable();
const side = z.enum(['a', 'b']);

const reachability = z
  .enum(
    every<Reachability>({
      reached: true,
      'not-reached': true,
      refused: true,
      'no-name': true,
      'wrong-responder': true,
      'one-way': true,
      'not-measured': true,
    }),
  )
  .meta({
    id: 'reachability',
    description: '`timeout` and `unreachable` are one, and so are all ways not to get a name',
  });

const protocols = z
  .array(z.strictObject({ protocol, a: reachability, b: reachability }))
  .describe('Those in which the two do not agree');

const step = z.strictObject({ index: z.int().positive(), title: text });

const ring = z.strictObject({
  kind: z.literal('ring'),
  subject: z.enum(driverIds),
  ring: z.enum(rings),
  direction: z.enum(['out', 'in']),
  by: z.enum(['ip', 'name']),
  protocols,
});

const probe = z.strictObject({
  kind: z.literal('probe'),
  subject: text.describe("An experiment's id; `by name`, `by IP` or `by IP on NETWORK` of a matrix"),
  step: step.nullable(),
  from: text,
  to: text,
  by,
  port: z.int().nullable(),
  name: words.describe('The name that was asked for; null where it was an address'),
  protocols,
});

const word = z.union([predicted, outcome]);
const place = { subject: text, step, from: text, to: text, by, port: z.int().nullable() };

const foretold = z.strictObject({
  kind: z.literal('foretold'),
  ...place,
  protocols: z.array(
    z.strictObject({
      protocol,
      a: word,
      b: word,
      rules: z.strictObject({ a: words, b: words }).describe('Ids of the rules that foretold; null for what was seen'),
    }),
  ),
}) satisfies z.ZodType<ForetoldDifference>;

const undecided = z.strictObject({
  ...place,
  protocols: z.array(protocol),
  rule: rule.nullable(),
}) satisfies z.ZodType<UndecidedCell>;

const notCompared = z.strictObject({
  names: z.array(text),
  cause: z.enum(every<NotCompared['cause']>({ skipped: true, failed: true, 'step-failed': true })),
  sentence: text,
}) satisfies z.ZodType<NotCompared>;

const looked = z.strictObject({ verdict, seen: text.describe('Addresses and ids are numbered, lists are in order') });

const check = z.strictObject({
  kind: z.literal('check'),
  subject: text,
  step,
  check: checkKind,
  of: text,
  a: looked,
  b: looked,
}) satisfies z.ZodType<CheckDifference>;

const value = z.strictObject({
  kind: z.enum(
    every<ValueDifference['kind']>({
      'declared-scope': true,
      verdict: true,
      skipped: true,
      failure: true,
      node: true,
      networks: true,
    }),
  ),
  subject: text,
  step: step.nullable(),
  a: words,
  b: words,
});

const missing = z.strictObject({
  kind: z.literal('missing'),
  what: z.enum(
    every<MissingDifference['what']>({
      driver: true,
      ring: true,
      experiment: true,
      step: true,
      check: true,
      cell: true,
      end: true,
      matrix: true,
    }),
  ),
  subject: words,
  step: step.nullable(),
  names: z.array(text),
  in: side.describe('The one that has it'),
  why: words.describe('Why the other one has not; null where it was not asked for'),
});

const diffSide = z.strictObject({
  file: text,
  verb: z.enum(['scope', 'run', 'probe', 'predict']),
  lab: text,
  provider: text,
  engines: z.array(z.strictObject({ node: text, role: text, engine: text, kernel: text, forwardPolicy: text })),
});

const count = z.int().nonnegative();

/** `swarmlab diff --json`; the JSON Schema in schema/ is made from it. */
export const diffDocumentSchema = z.strictObject({
  schema: z.literal('swarmlab/diff@1'),
  kind: z.enum(['scope', 'run', 'probe', 'prediction']).describe('`prediction`: predict beside run, or two of it'),
  a: diffSide,
  b: diffSide,
  differences: z.array(z.discriminatedUnion('kind', [ring, probe, foretold, check, value, missing])),
  sentences: z
    .array(z.strictObject({ subject: text, a: text, b: text }))
    .describe('What is said of the drivers that differ'),
  nodes: z.array(z.strictObject({ a: text, b: text })).describe('Taken for the same, under two names'),
  undecided: z.array(undecided).describe('Of a prediction: cells that the model has no answer for'),
  notCompared: z
    .array(notCompared)
    .describe('Of a prediction: experiments that were not measured, or not to their end'),
  totals: z
    .strictObject({
      subjects: count,
      probes: count,
      notMeasured: count,
      undecided: count,
      checks: count,
      differences: count,
      missing: count,
    })
    .describe('`subjects` and `probes` were measured in both; `differences` is without the `missing`'),
  durationMs: z.number().nonnegative(),
}) satisfies z.ZodType<DiffDocument>;

/** For readers of comparisons: schema/diff.schema.json. */
export function diffJsonSchema(): unknown {
  return z.toJSONSchema(diffDocumentSchema);
}
