import { durationPattern, parseDuration } from '../../core/duration.ts';
import { z } from '../../core/zod.ts';
import type { NodeLetter } from './definition.ts';
import { parseVersionRange } from './version-range.ts';
import { letterRange, words } from './vocabulary.ts';

// The small pieces that the schema of an experiment is made of. An `error` continues the path: "steps[0].title must be …".

export const text = (what: string) => z.string({ error: `must be ${what}` }).min(1, { error: `must be ${what}` });

const nameRule = 'must be a name of a-z, 0-9, "_", "." and "-" that begins with a letter or digit, at most 63 long';
/** What Docker takes as a name of containers, networks and services, in lower case (names in DNS have no case). */
export const name = () => z.string({ error: nameRule }).regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/, { error: nameRule });

const nodeRule = `must be a node's letter, ${letterRange}`;
const containerRule = `${nameRule}, and 2 or more`;
/** Docker wants two characters at least of a container's name. */
export const containerName = () =>
  z.string({ error: containerRule }).regex(/^[a-z0-9][a-z0-9_.-]{1,62}$/, { error: containerRule });

const serviceRule =
  'must be a name of a-z, 0-9, "_" and "-" that begins and ends with a letter or digit, at most 63 long';
export const serviceName = () =>
  z.string({ error: serviceRule }).regex(/^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/, { error: serviceRule });

/** As a pattern: a list of all letters would stand in the JSON Schema thirty times. */
export const node = () => z.string({ error: nodeRule }).regex(/^[A-Z]$/, { error: nodeRule }) as Letter<NodeLetter>;

const routerRule = `must be a node's letter, ${letterRange}, or lan`;
export const nodeOrLan = () =>
  z.string({ error: routerRule }).regex(/^(?:[A-Z]|lan)$/, { error: routerRule }) as Letter<NodeLetter | 'lan'>;

const placeRule = `must be a node's letter, ${letterRange}, or spread`;
export const nodeOrSpread = () =>
  z.string({ error: placeRule }).regex(/^(?:[A-Z]|spread)$/, { error: placeRule }) as Letter<NodeLetter | 'spread'>;

/** Text of which the pattern lets nothing pass but these. */
type Letter<Text extends string> = z.ZodType<Text, Text>;

export const flag = () => z.boolean({ error: 'must be true or false' });

export const wholeNumber = (least: number, most: number) => {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z.int({ error: rule }).min(least, { error: rule }).max(most, { error: rule });
};

const portRule = 'must be a port such as 80 or 53/udp';
export const portPattern = /^(\d{1,5})(?:\/(tcp|udp))?$/;
const portNumber = z.int({ error: portRule }).min(1, { error: portRule }).max(65535, { error: portRule });
export const port = () =>
  z.union(
    [
      portNumber,
      z
        .string({ error: portRule })
        .regex(portPattern, { error: portRule, abort: true })
        .refine(isPort, { error: portRule }),
    ],
    { error: portRule },
  );

const publishRule = 'must be such as 8080:80, 127.0.0.1:8080:80 or 5353:53/udp';
export const publishPattern = /^(?:(\d{1,3}(?:\.\d{1,3}){3}):)?(\d{1,5}):(\d{1,5})(?:\/(tcp|udp))?$/;
export const publish = () =>
  z
    .string({ error: publishRule })
    .regex(publishPattern, { error: publishRule, abort: true })
    .refine(isPublish, { error: publishRule });

const wirePortRule = 'must be a port with its protocol, such as 4789/udp, or esp';
export const wirePort = () =>
  z
    .string({ error: wirePortRule })
    .regex(/^(?:\d{1,5}\/(?:tcp|udp)|esp)$/, { error: wirePortRule, abort: true })
    .refine((value) => value === 'esp' || isPort(value), { error: wirePortRule });

export const address = () => z.ipv4({ error: 'must be an IPv4 address such as 172.20.0.5' });
export const subnet = () => z.cidrv4({ error: 'must be an IPv4 subnet such as 172.20.0.0/16' });

const macRule = 'must be a MAC address such as 02:42:ac:14:00:05';
export const mac = () =>
  z.string({ error: macRule }).regex(/^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/, { error: macRule });

const linkRule = 'must be a link: https://...';
export const link = () => z.string({ error: linkRule }).regex(/^https?:\/\/\S+$/, { error: linkRule });

const rangeRule = 'must be a range of versions such as ">=20.10 <27"';
export const versionRange = () =>
  z.string({ error: rangeRule }).refine((value) => parseVersionRange(value) !== null, { error: rangeRule });

const durationRule = 'must be a duration such as 90s or 10m, at most 24h';
export const duration = () =>
  z
    .string({ error: durationRule })
    .regex(durationPattern, { error: durationRule, abort: true })
    .refine((value) => parseDuration(value) !== null, { error: durationRule });

const patternRule = 'must be a regular expression';
export const pattern = () => z.string({ error: patternRule }).refine(isPattern, { error: patternRule });

const commandRule = 'must be a list of words, or text for the shell (sh -c)';
export const command = () =>
  z.union(
    [
      z.string({ error: commandRule }).min(1, { error: commandRule }),
      z.array(z.string({ error: 'must be text: put it in quotes' })).min(1, { error: commandRule }),
    ],
    { error: commandRule },
  );

/** Values of labels, options and the environment: what Docker takes as text may be written as a number or a switch. */
export const values = (what: string) => {
  const rule = `must be ${what}`;
  return z.record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: 'must be one value' }), {
    error: rule,
  });
};

export const listOf = <T extends z.ZodType>(item: T, what: string) =>
  z.array(item, { error: `must be a list of ${what}` });

const wordRule = `must be one of: ${Object.keys(words).join(', ')}`;
export const outcomeWord = () => z.enum(Object.keys(words) as [string, ...string[]], { error: wordRule });

function isPort(value: string): boolean {
  const number = Number(portPattern.exec(value)?.[1]);
  return number >= 1 && number <= 65535;
}

function isPublish(value: string): boolean {
  const [, host, hostPort, inner] = publishPattern.exec(value) ?? [];
  const fits = (number: string | undefined) => Number(number) >= 1 && Number(number) <= 65535;
  return fits(hostPort) && fits(inner) && (host ?? '0').split('.').every((part) => Number(part) <= 255);
}

function isPattern(value: string): boolean {
  try {
    new RegExp(value);
    return true;
  } catch {
    return false;
  }
}

/** A map of certain keys. */
export const keys = <T extends Record<string, z.ZodType>>(shape: T) =>
  z.strictObject(shape, { error: `must be keys with values; known here: ${Object.keys(shape).join(', ')}` });

export const container = () => name().describe('A container of this file.');
export const network = () => name().describe('A network of this file, or bridge.');
