/**
 * Breaks a line at blanks so that none is longer than `width`, which a single long word may be. Following lines start
 * with `indent`. Several blanks in a row stay together where the line does not break there.
 */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line: string | null = null;
  for (const [, gap = '', word = ''] of text.matchAll(/(\s*)(\S+)/g)) {
    if (line === null) line = gap + word;
    else if (line.length + gap.length + word.length <= width) line += gap + word;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line ?? ''].join('\n');
}
