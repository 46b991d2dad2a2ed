import { z } from '../../core/zod.ts';
import { containerName, link, listOf, name, serviceName, text } from './schema-parts.ts';
import { stepSchema } from './schema-steps.ts';
import { containerSchema, labSchema, needsSchema, networkSchema, serviceSchema } from './schema-things.ts';

const idRule = 'must be a name of a-z, 0-9 and hyphens that begins with a letter or digit, at most 48 long';

/** What an experiment's file may say: the one source of its reading, of its JSON Schema and of docs/experiments.md. */
export const experimentSchema = z
  .strictObject(
    {
      id: z
        .string({ error: idRule })
        .regex(/^[a-z0-9][a-z0-9-]{0,47}$/, { error: idRule })
        .describe('As in "swarmlab run ID". Default: the name of the file.')
        .optional(),
      title: text('a title').describe('What it is, in a line.'),
      about: text('text').describe('What it shows, for reading aloud.').optional(),
      sources: listOf(link(), 'links').describe('Where it comes from, or where it is documented.').optional(),
      needs: needsSchema.optional(),
      disturbs: z
        .enum(['nothing', 'swarm', 'engine'], { error: 'must be nothing, swarm or engine' })
        .describe('Whether others may run beside it. Default: swarm where a step disturbs it, else nothing.')
        .optional(),
      lab: labSchema.optional(),
      networks: z
        .record(name(), networkSchema, { error: 'must be networks by name, such as "red: {driver: bridge}"' })
        .describe('Networks by name. The default bridge, host and none are always there.')
        .optional(),
      containers: z
        .record(containerName(), containerSchema, {
          error: 'must be containers by name, such as "web: {networks: [red]}"',
        })
        .describe('Containers by name.')
        .optional(),
      services: z
        .record(serviceName(), serviceSchema, { error: 'must be services by name, such as "web: {replicas: 2}"' })
        .describe('Services of the swarm, by name.')
        .optional(),
      steps: listOf(stepSchema, 'steps')
        .min(1, { error: 'must have a step' })
        .describe('What is done and asked, in order.'),
    },
    { error: 'must be keys with values, such as "title: Two bridges"' },
  )
  .meta({ title: 'An experiment of swarmlab', description: 'What is built, what is asked, what is expected and why.' });

export type ExperimentDocument = z.infer<typeof experimentSchema>;

/** The schema as JSON Schema (2020-12), for editors. */
export function experimentJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(experimentSchema, { io: 'input' }) };
}
