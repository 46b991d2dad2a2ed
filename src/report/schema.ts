import { z } from '../core/zod.ts';
import { driverIds, kernelFeatures, rings } from '../experiment/types.ts';
import type { ScopeDocument } from '../verdict/types.ts';

export const outcome = z
  .enum([
    'reached',
    'wrong-responder',
    'one-way',
    'no-name',
    'name-timeout',
    'servfail',
    'refused',
    'timeout',
    'unreachable',
    'not-measured',
  ])
  .meta({ id: 'outcome', description: 'What was seen' });

export const verdict = z.enum(['as-expected', 'differs', 'not-measured']).meta({ id: 'verdict' });

export const attempt = z
  .strictObject({ outcome, detail: z.string(), rttMs: z.number().nullable() })
  .meta({ id: 'attempt' });

export const cause = z
  .strictObject({ id: z.string(), sentence: z.string(), node: z.string().nullable() })
  .meta({ id: 'cause', description: 'What explain found while everything stood' });

const protocolResult = z.strictObject({
  outcome,
  verdict,
  detail: z.string().describe('What was seen, in a few words: an errno, an ICMP type, a DNS code'),
  address: z.string().nullable().describe('Where the packets went to; null where no name was resolved'),
  responder: z.string().nullable().describe('The place that answered instead of the target'),
  rttMs: z.number().nullable(),
  attempts: z.array(attempt),
});

const cell = z
  .strictObject({
    outcome,
    expected: z.enum(['reached', 'not-reached', 'no-name', 'no-resolver']),
    verdict,
    target: z.strictObject({
      from: z.string(),
      to: z.string(),
      aim: z.string().nullable().describe('The name or address that was asked for'),
    }),
    rule: z.strictObject({ id: z.string(), sentence: z.string(), reference: z.string() }),
    byProtocol: z.strictObject({ icmp: protocolResult, tcp: protocolResult, udp: protocolResult }),
    cause: cause.optional().describe('Of a cell that differs, what explain found; left out where it was not asked'),
  })
  .meta({ id: 'ringCell', description: '`outcome` is `reached` only if it is for every protocol' });

const cells = z
  .strictObject({ ip: cell.nullable(), name: cell.nullable() })
  .describe('Null has no meaning, or see `gaps`');
const ring = z.strictObject({ out: cells, in: cells });
const ringName = z.enum(rings);
const containerReach = z
  .enum(['none', 'self', 'sibling', 'peer'])
  .nullable()
  .describe('The farthest ring of containers that was reached; null where it was not measured');

const driver = z.strictObject({
  id: z.enum(driverIds),
  driver: z.string().nullable().describe("Docker's word; null for container:"),
  options: z.record(z.string(), z.string()),
  declaredScope: z.enum(['local', 'swarm', 'global']).nullable().describe('What docker network inspect says'),
  rings: z.strictObject({
    self: ring,
    sibling: ring,
    node: ring,
    peer: ring,
    'peer-node': ring,
    lan: ring,
    world: ring,
  }),
  reach: z.strictObject({
    containersByIp: containerReach,
    containersByName: containerReach,
    out: z.array(ringName),
    in: z.array(ringName),
    gaps: z.array(ringName).describe('Not reached though a farther ring was, in either direction'),
  }),
  sentence: z.string(),
  verdict: z.enum(['as-expected', 'differs', 'not-measured', 'skipped']),
  skipped: z
    .strictObject({
      sentence: z.string(),
      missing: z.array(z.strictObject({ node: z.string(), feature: z.string(), reason: z.string() })),
    })
    .nullable(),
});

const count = z.int().nonnegative();

export const faults = z
  .array(z.strictObject({ id: z.string(), kind: z.string(), sentence: z.string() }))
  .optional()
  .describe('Broken on purpose while it was measured (swarmlab fault); left out where nothing was');

/** `swarmlab scope --json`; the JSON Schema in schema/ is made from it. */
export const scopeDocumentSchema = z.strictObject({
  schema: z.literal('swarmlab/scope@1'),
  lab: z.string(),
  provider: z.string(),
  engines: z.array(
    z.strictObject({
      node: z.string(),
      role: z.string(),
      address: z.string(),
      engine: z.string().describe('Version of the Docker Engine'),
      kernel: z.string(),
      forwardPolicy: z.string().describe("Policy of the filter table's FORWARD chain"),
      lacks: z.array(z.strictObject({ feature: z.enum(kernelFeatures), reason: z.string() })),
    }),
  ),
  drivers: z.array(driver),
  gaps: z
    .array(z.strictObject({ rings: z.array(ringName), reason: z.string() }))
    .describe('Rings without a machine in this lab'),
  notes: z.array(z.string()),
  totals: z
    .strictObject({ probes: count, asExpected: count, differs: count, notMeasured: count, skipped: count })
    .describe('`probes` counts probes, the others count drivers'),
  faults,
  durationMs: z.number().nonnegative(),
}) satisfies z.ZodType<ScopeDocument>;
