import { durationPattern, parseDuration } from '../core/duration.ts';
import { z } from '../core/zod.ts';
import { mostNodes, providerKinds } from './limits.ts';
import { labNamePattern, labNameRule, nodeNamePattern, nodeNameRule, reservedNodeNames } from './names.ts';
import { vagrantSchema, wholeNumber } from './vagrant-schema.ts';

const addressRule = 'must be an IPv4 address such as 192.168.56.11';
const address = () => z.ipv4({ error: addressRule });
const subnetRule = 'must be an IPv4 subnet such as 192.168.56.0/24';
const subnet = () => z.cidrv4({ error: subnetRule });
const durationRule = 'must be a duration such as 90s or 10m, at most 24h';

const node = z
  .strictObject(
    {
      name: z
        .string({ error: nodeNameRule })
        .regex(nodeNamePattern, { error: nodeNameRule })
        .refine((name) => !reservedNodeNames.includes(name), {
          error: `must not be one of ${reservedNodeNames.join(', ')}, which mean something else`,
        })
        .describe('Host name of the node; m1, w1, o1 and so on where it is left out.')
        .optional(),
      role: z
        .enum(['manager', 'worker', 'outsider'], { error: 'must be manager, worker or outsider' })
        .describe('manager and worker are in the swarm; an outsider is a neighbour on the LAN, never in the swarm.'),
      address: address().describe('IPv4 address on the segment; the next free one where it is left out.').optional(),
    },
    { error: 'must be a node, such as {name: m1, role: manager}' },
  )
  .describe('One node.');

const nodeCounts = z
  .strictObject(
    {
      managers: wholeNumber(1, mostNodes).describe('Swarm managers; an odd number. Default 1.').optional(),
      workers: wholeNumber(0, mostNodes).describe('Swarm workers. Default 2, on virtual machines 1.').optional(),
      outsiders: wholeNumber(0, mostNodes).describe('LAN neighbours outside the swarm. Default 1.').optional(),
    },
    { error: 'must be counts, such as {managers: 1, workers: 2, outsiders: 1}, or a list of nodes' },
  )
  .describe('How many nodes of each role.');

/** What swarmlab.yaml may say. Every key is optional: an empty file means the defaults. */
export const configSchema = z
  .strictObject(
    {
      version: z.literal(1, { error: 'must be 1' }).describe('Version of this format: 1.').optional(),
      lab: z
        .string({ error: labNameRule })
        .regex(labNamePattern, { error: labNameRule })
        .describe('Name of the lab; labs of different names run side by side. Default "default".')
        .optional(),
      provider: z
        .enum(providerKinds, { error: `must be one of: ${providerKinds.join(', ')}` })
        .describe(
          'What makes the nodes. netns: real engines in Linux namespaces of this machine. vagrant: virtual machines. Default: netns on Linux, vagrant elsewhere.',
        )
        .optional(),
      nodes: z
        .union([nodeCounts, z.array(node).max(mostNodes, { error: `must list at most ${mostNodes} nodes` })], {
          error: 'must be counts, such as {managers: 1, workers: 2, outsiders: 1}, or a list of nodes',
        })
        .describe(
          'Counts by role, or a list of nodes. Default: 1 manager, 2 workers (1 on virtual machines), 1 outsider.',
        )
        .optional(),
      segment: z
        .strictObject(
          {
            subnet: subnet().describe('The LAN that joins the nodes. Default 192.168.56.0/24.').optional(),
            gateway: address().describe('Way out of the LAN. Default: its last address, .254 in a /24.').optional(),
          },
          { error: 'must be such as {subnet: 192.168.56.0/24, gateway: 192.168.56.254}' },
        )
        .describe('The layer-2 segment of the lab.')
        .optional(),
      world: z
        .strictObject(
          {
            subnet: subnet().describe('The network beyond the gateway. Default 203.0.113.0/24.').optional(),
            address: address().describe('What stands in for the internet. Default 203.0.113.10.').optional(),
            gateway: address().describe("The gateway's address on that side. Default: the first one.").optional(),
          },
          { error: 'must be such as {subnet: 203.0.113.0/24, address: 203.0.113.10}' },
        )
        .describe('What is beyond the gateway.')
        .optional(),
      containers: z
        .strictObject(
          {
            pool: subnet()
              .describe(
                'Where local container networks get their subnets: one /16 for each engine. Default 10.128.0.0/10.',
              )
              .optional(),
          },
          { error: 'must be such as {pool: 10.128.0.0/10}' },
        )
        .describe('Addresses of the networks that are local to one node.')
        .optional(),
      swarm: z
        .strictObject(
          {
            addressPool: subnet()
              .describe(
                'Where overlay networks get their subnets (docker swarm init --default-addr-pool). Default 10.64.0.0/12.',
              )
              .optional(),
            dataPathPort: wholeNumber(1024, 49151)
              .describe('UDP port of VXLAN (docker swarm init --data-path-port). Default 4789.')
              .optional(),
          },
          { error: 'must be such as {addressPool: 10.64.0.0/12, dataPathPort: 4789}' },
        )
        .describe('The swarm.')
        .optional(),
      image: z
        .string({ error: 'must be built-in, or an image reference such as alpine:3.20' })
        .max(255, { error: 'must be at most 255 characters' })
        .regex(/^[a-z0-9][a-zA-Z0-9._:/@-]*$/, { error: 'must be built-in, or an image reference such as alpine:3.20' })
        .describe(
          "Image of the lab's containers. built-in (default) is made from a node's own busybox; anything else is pulled.",
        )
        .optional(),
      timeout: z
        .string({ error: durationRule })
        .regex(durationPattern, { error: durationRule, abort: true })
        .refine((text) => parseDuration(text) !== null, { error: durationRule })
        .describe('How long a command may take, such as 90s or 10m. Default 10m, with virtual machines 30m.')
        .optional(),
      vagrant: vagrantSchema.optional(),
    },
    { error: 'must be keys with values, such as "lab: demo"' },
  )
  .meta({ title: 'swarmlab.yaml', description: 'A lab of Docker Engines on one segment.' });

export type ConfigDocument = z.infer<typeof configSchema>;

/** The schema as JSON Schema (2020-12), for editors. */
export function configJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(configSchema, { io: 'input' }) };
}
