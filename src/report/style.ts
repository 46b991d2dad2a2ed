// The one importer of picocolors.
import picocolors from 'picocolors';

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

/** Ways to set text off; each gives the text back as it is where colour is not wanted. */
export function createStyle(color: boolean): Style {
  return picocolors.createColors(color);
}

/**
 * Whether a stream gets colour: a terminal that is not `dumb`, and NO_COLOR (https://no-color.org) is unset or empty.
 */
export function wantsColor(stream: { isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === '';
}
