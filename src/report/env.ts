import type { EnvDocument } from './documents.ts';

/** Lines for `eval "$(swarmlab env NODE)"` in a POSIX shell. */
export function renderEnv({ environment }: EnvDocument): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('');
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
