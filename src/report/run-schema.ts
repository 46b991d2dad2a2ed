import { z } from '../core/zod.ts';
import { nodeLetters } from '../experiment/language/vocabulary.ts';
import type { ProbeDocument, RunDocument } from '../verdict/run-types.ts';
import {
  by,
  checkKind,
  engines,
  expected,
  predicted,
  protocol,
  rule,
  skipped,
  stepKind,
  text,
} from './run-schema-parts.ts';
import { attempt, cause, faults, outcome, verdict } from './schema.ts';

const durationMs = z.number().nonnegative();
const addresses = z.record(text, text).describe('By network');
const reproduce = text.nullable().describe('One line that asks the same by hand');

const probe = z
  .strictObject({
    from: text,
    to: text,
    by,
    protocol,
    port: z.int().nullable().describe("Null: the agent's own listener, or none (ICMP)"),
    target: text.nullable().describe('The name or address that was asked for'),
    expected: expected.nullable(),
    outcome,
    detail: text.describe('What was seen, in a few words: an errno, an ICMP type, a DNS code'),
    address: text.nullable().describe('Where the packets went to; null where no name was resolved'),
    responder: text.nullable().describe('Who answered instead of the target'),
    rttMs: z.number().nullable(),
    attempts: z.array(attempt),
    verdict: verdict.nullable().describe('Null where nothing was expected'),
    predicted: predicted.exactOptional().describe('What the model says'),
    rule: rule.nullable().describe('Of the model'),
    cause: cause.nullable(),
    reproduce,
  })
  .meta({ id: 'probe' });

const cell = z
  .strictObject({
    from: text,
    to: text,
    expected: expected.nullable(),
    outcome,
    verdict: verdict.nullable(),
    detail: text,
    line: z.int().nullable().describe('Of the expectation, in the file; 1-based'),
    because: text.nullable().exactOptional().describe('Why this cell, where it has a reason of its own'),
    see: text.nullable().exactOptional(),
    probes: z.array(z.int().nonnegative()).describe('Indexes into `probes`'),
  })
  .meta({ id: 'cell', description: 'All protocols of one from and to; `reached` only if it is for each of them' });

const check = z.strictObject({
  kind: checkKind,
  subject: text,
  expected: text,
  seen: text,
  verdict,
  detail: text,
  reproduce,
});

const step = z.strictObject({
  title: text,
  because: text.nullable(),
  see: text.nullable(),
  kind: stepKind,
  line: z.int().nullable(),
  verdict,
  detail: text.describe('What was done or seen, or why it failed'),
  commands: z.array(text).describe('The same by hand'),
  asked: z
    .strictObject({
      by,
      network: text.nullable(),
      name: text.nullable(),
      protocols: z.array(protocol),
      port: z.int().nullable(),
    })
    .nullable(),
  cells: z.array(cell),
  probes: z.array(probe),
  checks: z.array(check),
  durationMs,
});

const experiment = z.strictObject({
  id: text,
  title: text,
  verdict: z.enum(['as-expected', 'differs', 'not-measured', 'skipped']),
  skipped,
  failure: z
    .strictObject({ code: text, message: text, hint: text.nullable() })
    .nullable()
    .describe('Why it could not be built, or went no further'),
  nodes: z.array(z.strictObject({ letter: z.enum(nodeLetters), name: text, address: text })),
  containers: z.array(
    z.strictObject({
      name: text,
      node: text,
      group: text
        .describe('The name in its file that stands for it and others alike; none for one by itself')
        .optional(),
      addresses,
    }),
  ),
  steps: z.array(step),
  disturbs: z.enum(['nothing', 'swarm', 'engine']),
  lab: text.describe('Another than the document has where the experiment has a lab of its own'),
  kept: z.strictObject({ undo: text }).nullable().describe('Left standing, and the line that takes it down'),
  file: text.nullable(),
  notes: z.array(text),
  durationMs,
});

const count = z.int().nonnegative();

/** `swarmlab run --json`; the JSON Schema in schema/ is made from it. */
export const runDocumentSchema = z.strictObject({
  schema: z.literal('swarmlab/run@1'),
  lab: text,
  provider: text,
  engines,
  experiments: z.array(experiment),
  totals: z
    .strictObject({
      experiments: count,
      probes: count,
      checks: count,
      asExpected: count,
      differs: count,
      notMeasured: count,
      skipped: count,
    })
    .describe('`probes` and `checks` count those made, the others count experiments'),
  durations: z
    .strictObject({ undisturbingMs: durationMs, disturbingMs: durationMs, ownLabsMs: durationMs })
    .describe('Of experiments side by side, in turn, and in labs of their own'),
  faults,
  durationMs,
}) satisfies z.ZodType<RunDocument>;

const coverage = z.strictObject({
  kind: z.literal('classes'),
  classes: z.array(z.array(text)).describe('The ids of containers that are alike'),
  asked: z.int().describe('Pairs that were asked'),
  of: z.int(),
  drawn: z.int().describe('Of those asked, drawn by lot besides one for each two classes'),
  wouldShow: z.number().describe('The share of unlike pairs that the draw would show 19 times in 20'),
  uneven: z
    .array(
      z.strictObject({ from: text, to: text, by: z.enum(['ip', 'name']), protocol: text, outcomes: z.array(outcome) }),
    )
    .describe('Where members of the same classes were seen to differ'),
});

/** `swarmlab probe --json`. */
export const probeDocumentSchema = z.strictObject({
  schema: z.literal('swarmlab/probe@1'),
  lab: text,
  provider: text,
  image: text.describe('What a container can be started of on its nodes'),
  engines,
  network: text.nullable(),
  from: text.nullable(),
  to: text.nullable(),
  containers: z.array(
    z.strictObject({
      id: text,
      name: text,
      node: text,
      addresses,
      networkMode: text,
      experiment: text.nullable().describe('The experiment that made it'),
    }),
  ),
  coverage: coverage.optional().describe('Where not all pairs were asked: which stand for the others'),
  matrices: z.array(z.strictObject({ by: z.enum(['ip', 'name']), network: text.nullable(), cells: z.array(cell) })),
  probes: z.array(probe),
  notes: z.array(text),
  durationMs,
}) satisfies z.ZodType<ProbeDocument>;
