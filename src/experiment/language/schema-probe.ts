import { z } from '../../core/zod.ts';
import { keys, link, listOf, name, outcomeWord, port, text, versionRange } from './schema-parts.ts';

// How a step asks who reaches whom, and what is expected.

export const when = () =>
  z
    .strictObject(
      {
        engine: versionRange().describe('Versions of Docker Engine on node A.').optional(),
        forward: z
          .enum(['ACCEPT', 'DROP'], { error: 'must be ACCEPT or DROP' })
          .describe("Policy of iptables' FORWARD chain on the nodes.")
          .optional(),
        provider: text('a provider, such as netns').describe('What made the nodes.').optional(),
      },
      { error: 'must be such as {engine: "<28", forward: DROP}' },
    )
    .describe('Holds when all that is given holds.');

const lineRule = 'must be such as "a, b -> c: yes"';
const lines = listOf(
  z.union(
    [
      z.string().regex(/->.*:\s*\S+$/, { error: lineRule }),
      z.record(
        z.string(),
        z.union(
          [
            outcomeWord(),
            z.strictObject({
              expect: outcomeWord().describe('What is expected.'),
              because: text('a sentence').describe('Why.').optional(),
              see: link().describe('Where it is documented.').optional(),
            }),
          ],
          { error: 'must be yes, no or another word of a table, or such as {expect: no, because: ...}' },
        ),
        { error: lineRule },
      ),
    ],
    { error: lineRule },
  ),
  'lines such as "a -> b: yes"',
);

const tableRule = 'must be a table, or a list of lines such as "a -> b: yes"';
const table = z.string({ error: tableRule });

const variants = listOf(
  keys({
    when: when().optional(),
    because: text('a sentence').describe('Why, for every cell of it.').optional(),
    see: link().describe('Where it is documented.').optional(),
    expect: z.union([table, lines], { error: tableRule }).describe('A table, or lines.'),
  }),
  'variants such as {when: {engine: "<28"}, expect: ...}',
);

export const probeSchema = z.strictObject(
  {
    by: z.enum(['name', 'ip', 'published'], { error: 'must be name, ip or published' }).describe('How it is asked.'),
    network: name().describe("By IP: the targets' addresses on this network.").optional(),
    protocols: listOf(z.enum(['icmp', 'tcp', 'udp'], { error: 'must be icmp, tcp or udp' }), 'protocols')
      .describe('Default: all three; with a port, tcp, or what the port says.')
      .optional(),
    port: port().describe('80 or 53/udp; for published, the port on the host.').optional(),
    name: text('a name').describe("A name to ask for instead of the target's own, such as an alias.").optional(),
    expect: z
      .union([table, lines, variants], { error: tableRule })
      .describe('A table, lines such as "a -> b: yes", or variants by condition.'),
  },
  { error: 'must be such as {by: name, expect: ...}' },
);
