import { z } from '../../core/zod.ts';
import { checks, optional, waits } from './schema-checks.ts';
import {
  command,
  container,
  duration,
  keys,
  link,
  listOf,
  name,
  network,
  node,
  nodeOrLan,
  pattern,
  text,
  wholeNumber,
  wirePort,
} from './schema-parts.ts';
import { probeSchema, when } from './schema-probe.ts';
import { attachmentKeys } from './schema-things.ts';

// What a step does.

const blocking = keys({
  node: node().describe('On which one.'),
  port: wirePort().describe('4789/udp, 7946/tcp, or esp.'),
  direction: z
    .enum(['in', 'out', 'both'], { error: 'must be in, out or both' })
    .describe('Seen from the node. Default both.')
    .optional(),
});

/** What a step may do beside probing, looking, waiting; also what an engine may refuse. */
const deeds = {
  create: name().describe('Creates and starts a container or service that has start: false.'),
  connect: keys({ container: container(), ...attachmentKeys }).describe('docker network connect.'),
  disconnect: keys({ container: container(), network: network() }).describe('docker network disconnect.'),
  start: name().describe('docker start.'),
  stop: name().describe('docker stop.'),
  restart: name().describe('docker restart.'),
  remove: name().describe('docker rm -f.'),
  scale: keys({ service: name().describe('A service.'), replicas: wholeNumber(0, 50).describe('Its tasks.') }).describe(
    'docker service scale.',
  ),
  block: blocking.describe('Drops packets of a port on a node, established flows too; opened again at the end.'),
  open: blocking.describe('Takes a block away.'),
  drain: node().describe('docker node update --availability drain.'),
  activate: node().describe('docker node update --availability active.'),
  promote: node().describe('docker node promote.'),
  demote: node().describe('docker node demote.'),
  leave: node().describe('docker swarm leave.'),
  join: node().describe('docker swarm join.'),
  lose: node().describe('The engine is gone from one moment to the next.'),
  revive: node().describe('It is there again.'),
  route: keys({
    node: nodeOrLan().describe('Who gets the route.'),
    to: keys({ network: network(), node: node().describe('As it is on this node.') }).describe('Where it leads.'),
    via: node().describe('The next hop.'),
  }).describe("A route to a network's subnet by way of a node."),
};

const refusable = { ...deeds, createNetwork: name().describe('Creates a network that is in the file only for this.') };

export const actionKeys = {
  probe: probeSchema.describe('Asks who reaches whom, and compares.'),
  check: listOf(
    optional(checks, 'A look; one to an item.', 'must be such as {running: {container: web}}'),
    'looks',
  ).describe('Looks at something that is no probe.'),
  wait: z
    .strictObject(
      {
        ...optional(waits, 'Until this holds; one of them.', '').shape,
        timeout: duration().describe('Give up after that long. Default 60s.').optional(),
      },
      { error: 'must be such as {name: {from: a, name: b}, timeout: 60s}' },
    )
    .describe('Waits until something holds.'),
  run: keys({
    in: text('a container, or node:A').describe('A container, or node:A.'),
    command: command().describe('Words, or text for sh -c.'),
    exitStatus: wholeNumber(0, 255).describe('Default 0.').optional(),
    matches: pattern().describe('A regular expression that its output must match.').optional(),
  }).describe('Runs a command.'),
  refused: z
    .strictObject(
      {
        ...optional(refusable, 'What the engine must refuse; one of them.', '').shape,
        matches: pattern().describe("A regular expression that the engine's message must match."),
      },
      { error: 'must be such as {connect: {container: a, network: b}, matches: "not attachable"}' },
    )
    .describe('Asks for something that the engine must refuse.'),
  ...deeds,
};

const optionalActions = Object.fromEntries(
  Object.entries(actionKeys).map(([key, value]) => [key, (value as z.ZodType).optional()]),
) as { [K in keyof typeof actionKeys]: z.ZodOptional<(typeof actionKeys)[K]> };

export const stepSchema = z.strictObject(
  {
    title: text('a title').describe('What happens, in a line.'),
    because: text('a sentence').describe('Why it comes out as it does.').optional(),
    see: link().describe('Where it is documented.').optional(),
    when: when().optional(),
    ...optionalActions,
  },
  { error: 'must be a step: a title, and one of probe, check, connect and so on' },
);
