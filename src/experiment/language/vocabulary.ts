import type { ExpectedOutcome } from './definition.ts';

/** Nodes as experiments name them. */
export const nodeLetters = [
  ...(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M'] as const),
  ...(['N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z'] as const),
] as const;

/** For messages and descriptions. */
export const letterRange = `${nodeLetters[0]} to ${nodeLetters[nodeLetters.length - 1]}`;

/** What may stand in a table's cell, beside `.` for "not asked". */
export const words: Readonly<Record<string, ExpectedOutcome>> = {
  yes: 'reached',
  no: 'not-reached',
  'no-name': 'no-name',
  'no-resolver': 'no-resolver',
  wrong: 'wrong-responder',
  'one-way': 'one-way',
  silent: 'name-timeout',
  servfail: 'servfail',
  refused: 'refused',
  timeout: 'timeout',
  unreachable: 'unreachable',
  any: 'any',
};

/** The word of a cell, as a person writes it. */
export function wordOf(expected: ExpectedOutcome): string {
  return Object.keys(words).find((word) => words[word] === expected) ?? expected;
}

/** Networks that every engine has; containers may be attached to `bridge`. */
export const defaultBridge = 'bridge';

/** Names that mean something else where an end or a network is named. */
export const reservedNames: readonly string[] = [
  'bridge',
  'host',
  'none',
  'ingress',
  'docker_gwbridge',
  'lan',
  'world',
];
