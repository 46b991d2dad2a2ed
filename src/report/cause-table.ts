import { causes } from '../diagnose/cause-list.ts';

/** The table of docs/explain.md, from the code. */
export function renderCauseTable(): string {
  const rows = Object.entries(causes).map(([id, meaning]) => `| \`${id}\` | ${meaning} |`);
  return ['| id | means |', '|---|---|', ...rows].join('\n');
}
