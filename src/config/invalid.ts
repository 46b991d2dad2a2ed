import { type Problem, wrongInput } from '../core/errors.ts';

/** The error of a config with problems: says how many, carries them all. */
export function invalidConfig(file: string | null, problems: readonly Problem[]): Error {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return wrongInput('config.invalid', `${file ?? 'the lab asked for'} has ${count}`, inOrder(problems));
}

/** Problems in the order of the file. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
