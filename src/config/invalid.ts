import { type LabError, type Problem, wrongInput } from '../core/errors.ts';

/** The error of a config with problems: says the one, or how many, and carries them all. */
export function invalidConfig(file: string | null, problems: readonly Problem[]): LabError {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) {
    return wrongInput('config.invalid', first.message, problems, first.hint);
  }
  const message = `${file ?? 'the lab asked for'} has ${problems.length} problems`;
  return wrongInput('config.invalid', message, inOrder(problems));
}

/** Problems in the order of the file. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
