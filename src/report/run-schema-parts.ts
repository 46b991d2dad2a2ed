import { z } from '../core/zod.ts';
import type { ActionDefinition, CheckDefinition, ExpectedOutcome } from '../experiment/language/definition.ts';
import type { Foretold } from '../model/rule.ts';

// Parts of the documents of `run`, `probe` and `predict`.

/** Every one of a union's words: one that is forgotten here does not compile. */
export function every<Word extends string>(words: Readonly<Record<Word, true>>): [Word, ...Word[]] {
  return Object.keys(words) as [Word, ...Word[]];
}

export const stepKind = z.enum(
  every<ActionDefinition['kind']>({
    probe: true,
    check: true,
    create: true,
    'create-service': true,
    connect: true,
    disconnect: true,
    start: true,
    stop: true,
    restart: true,
    remove: true,
    scale: true,
    block: true,
    open: true,
    drain: true,
    activate: true,
    promote: true,
    demote: true,
    leave: true,
    join: true,
    lose: true,
    revive: true,
    route: true,
    wait: true,
    run: true,
    refused: true,
  }),
);

export const checkKind = z.enum(
  every<CheckDefinition['kind']>({
    address: true,
    interfaces: true,
    'same-address': true,
    'hosts-file': true,
    environment: true,
    scope: true,
    members: true,
    listed: true,
    answers: true,
    running: true,
    logs: true,
    published: true,
    mtu: true,
    'node-state': true,
  }),
);

export const expected = z
  .enum(
    every<ExpectedOutcome>({
      reached: true,
      'not-reached': true,
      'no-resolver': true,
      any: true,
      'wrong-responder': true,
      'one-way': true,
      'no-name': true,
      'name-timeout': true,
      servfail: true,
      refused: true,
      timeout: true,
      unreachable: true,
    }),
  )
  .meta({ id: 'expected', description: 'What the experiment says; `any`: asked and shown, nothing expected' });

export const by = z.enum(['ip', 'name', 'published']);
export const protocol = z.enum(['icmp', 'tcp', 'udp']);
export const text = z.string();

export const rule = z.strictObject({ id: text, sentence: text, reference: text });

export const predicted = z
  .enum(
    every<Foretold>({
      reached: true,
      'not-reached': true,
      'no-resolver': true,
      'wrong-responder': true,
      'one-way': true,
      'no-name': true,
      'name-timeout': true,
      servfail: true,
      refused: true,
      timeout: true,
      unreachable: true,
      undecided: true,
    }),
  )
  .meta({ id: 'predicted', description: 'What the model says; `undecided`: no rule knows' });

export const skipped = z
  .strictObject({
    sentence: text,
    missing: z.array(z.strictObject({ node: text.nullable(), what: text, reason: text })),
  })
  .nullable();

export const engines = z.array(
  z.strictObject({
    node: text,
    role: text,
    address: text,
    engine: text.describe('Version of the Docker Engine'),
    kernel: text,
    forwardPolicy: text.describe("Policy of the filter table's FORWARD chain"),
  }),
);
