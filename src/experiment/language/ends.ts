import type { NodeLetter } from './definition.ts';
import { isBroken, isThere, namesOf, nearHint, type Reading } from './reading.ts';
import { nodeLetters } from './vocabulary.ts';

/** What an end's name means. */
export type End =
  | { kind: 'container'; name: string }
  | { kind: 'service'; name: string }
  | { kind: 'node'; node: NodeLetter }
  | { kind: 'lan' }
  | { kind: 'world' };

/** Reads `web`, `svc:web`, `node:A`, `lan`, `world`; null for a letter that no node can have. */
export function parseEnd(text: string): End | null {
  if (text === 'lan' || text === 'world') return { kind: text };
  if (text.startsWith('svc:')) return { kind: 'service', name: text.slice('svc:'.length) };
  if (!text.startsWith('node:')) return { kind: 'container', name: text };
  const node = nodeLetters.find((letter) => letter === text.slice('node:'.length));
  return node === undefined ? null : { kind: 'node', node };
}

/** What is wrong with the name of an end; null when it is one of the file's, which a group's is as well. */
export function endProblem(reading: Reading, text: string): { message: string; hint: string } | null {
  const end = parseEnd(text);
  if (end === null) {
    return { message: `there is no ${JSON.stringify(text)}`, hint: `nodes are node:A to node:${nodeLetters.at(-1)}` };
  }
  if (end.kind !== 'container' && end.kind !== 'service') return null;
  if (isBroken(reading, [`${end.kind}s`])) return null;
  if (isThere(reading, end.kind, end.name)) return null;
  if (end.kind === 'container' && reading.roster.groups.has(end.name)) return null;
  const services = namesOf(reading, 'service').map((name) => `svc:${name}`);
  if (services.includes(`svc:${text}`)) {
    return { message: `${text} is a service, not a container`, hint: `its name for all tasks is svc:${text}` };
  }
  const letter = nodeLetters.find((each) => each === text);
  const all = [...namesOf(reading, 'container'), ...services, 'lan', 'world'];
  return {
    message: `there is no ${end.kind} ${JSON.stringify(end.name)}`,
    hint: letter === undefined ? nearHint(text, all, 'container') : `the node itself is node:${letter}`,
  };
}
