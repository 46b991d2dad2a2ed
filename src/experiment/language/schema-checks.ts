import { z } from '../../core/zod.ts';
import {
  address,
  container,
  flag,
  keys,
  listOf,
  name,
  network,
  node,
  pattern,
  subnet,
  text,
  values,
  wholeNumber,
} from './schema-parts.ts';

// What a step looks at or waits for.

const names = (what: string) => listOf(text(what), `${what}s`);
const end = () => text('a container, node:A, lan or world').describe('A container, svc:NAME, node:A, lan or world.');

export const checks = {
  address: keys({
    container: container(),
    network: network(),
    equals: address().describe('Exactly this address.').optional(),
    within: subnet().describe('An address in this subnet.').optional(),
    prefixLength: wholeNumber(1, 32).describe('Length of its prefix.').optional(),
    gateway: z.string({ error: 'must be an address, or "" for none' }).describe('"" for none.').optional(),
    changed: flag().describe('Whether it is another one than it had first in this run.').optional(),
  }),
  interfaces: keys({ container: container(), equals: names('interface').describe('Such as [lo, eth0].') }),
  sameAddress: keys({
    containers: listOf(text('a container, or node:A'), 'containers').describe('All have the same addresses and MAC.'),
  }),
  hostsFile: keys({
    container: container(),
    contains: names('name').describe('Names that /etc/hosts has.').optional(),
    lacks: names('name').describe('Names that it has not.').optional(),
  }),
  environment: keys({
    container: container(),
    contains: values('variables').describe('Variables with their values.').optional(),
    lacks: names('variable').describe('Variables that are not set.').optional(),
  }),
  scope: keys({
    network: name().describe('A network of this file, or bridge, host or none.'),
    node: node().describe('Default A.').optional(),
    equals: z.enum(['local', 'swarm', 'global'], { error: 'must be local, swarm or global' }).describe('What it says.'),
  }),
  members: keys({
    network: network(),
    node: node().describe('Default A.').optional(),
    equals: listOf(name(), 'containers').describe(
      "This experiment's containers on it, as the node's engine lists them.",
    ),
  }),
  listed: keys({
    network: network(),
    node: node().describe('Default A.').optional(),
    equals: flag().describe('Whether the engine lists the network.'),
  }),
  answers: keys({
    container: container(),
    name: text('a name').describe('What is asked for.'),
    targets: listOf(text('a container'), 'containers').describe('Whose addresses they are.').optional(),
    count: wholeNumber(0, 100).describe('How many addresses.').optional(),
    lookups: wholeNumber(1, 1000).describe('How often it is asked. Default 1.').optional(),
    fairShare: z
      .number({ error: 'must be a number from 0 to 1' })
      .min(0, { error: 'must be a number from 0 to 1' })
      .max(1, { error: 'must be a number from 0 to 1' })
      .describe('Each address comes first in at least this share of them.')
      .optional(),
  }),
  running: keys({
    container: container(),
    equals: flag().describe('Whether it runs. Default true.').optional(),
    exitCode: wholeNumber(0, 255).describe('Of one that ended.').optional(),
  }),
  logs: keys({ container: container(), matches: pattern().describe('A regular expression.') }),
  published: keys({
    container: container(),
    equals: names('port').describe('As docker ps shows them, such as "0.0.0.0:8080->80/tcp".').optional(),
    contains: names('port').describe('Some of them; others may be there.').optional(),
  }),
  mtu: keys({ container: container(), network: network(), equals: wholeNumber(68, 65535).describe('Bytes.') }),
  nodeState: keys({
    node: node().describe('Which one.'),
    equals: text('a state').describe('As docker node ls says: ready, down.'),
  }),
};

export const waits = {
  name: keys({
    from: end(),
    name: text('a name').describe('What is asked for.'),
    answers: flag().describe('Default true: until it has an address.').optional(),
  }),
  reached: keys({
    from: end(),
    to: end(),
    by: z.enum(['name', 'ip'], { error: 'must be name or ip' }).describe('Default ip.').optional(),
    equals: flag().describe('Default true: until it is reached.').optional(),
  }),
  nodeState: checks.nodeState,
  tasks: keys({ service: name().describe('A service.'), running: wholeNumber(0, 100).describe('Its tasks.') }),
  running: keys({ container: container(), equals: flag().describe('Default true.').optional() }),
};

/** A map of which each key may be left out; a file has one of them. */
export const optional = <T extends Record<string, z.ZodType>>(shape: T, describe: string, what: string) =>
  z.strictObject(
    Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, value.describe(describe).optional()])) as {
      [K in keyof T]: z.ZodOptional<T[K]>;
    },
    { error: what },
  );
