import type { ConfigSource, Position } from './types.ts';

export type PathPart = string | number;

/** `['nodes', 0, 'name']` as `nodes[0].name`. */
export function formatPath(parts: readonly PathPart[]): string {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** Where a path stands: its own line, else the nearest one around it; the option, where an option decided. */
export function locate(
  source: Pick<ConfigSource, 'file' | 'positions' | 'options'>,
  path: string,
): { file?: string; line?: number; column?: number; path: string } {
  const option = source.options.get(path);
  if (option !== undefined) return { path: option };
  if (source.file === null) return { path };
  const position = nearestPosition(source.positions, path);
  return { file: source.file, ...(position ?? {}), path };
}

function nearestPosition(positions: ReadonlyMap<string, Position>, path: string): Position | undefined {
  let around = path;
  while (around !== '') {
    const position = positions.get(around);
    if (position !== undefined) return position;
    around = around.slice(0, Math.max(around.lastIndexOf('.'), around.lastIndexOf('['), 0));
  }
  return positions.get('');
}
