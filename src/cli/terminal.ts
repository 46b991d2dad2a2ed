import { wantsColor } from '../report/style.ts';
import { type Invocation, optionOf } from './verb.ts';

export interface TerminalLook {
  width: number;
  color: boolean;
  unicode: boolean;
}

/** What the place of the answer can show: 80 columns of plain ASCII unless it is a terminal that can do more. */
export function lookOf(invocation: Pick<Invocation, 'io' | 'options'>): TerminalLook {
  const { stdout, env } = invocation.io;
  if (optionOf(invocation, 'output') !== undefined || stdout.isTTY !== true) {
    return { width: 80, color: false, unicode: false };
  }
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  // East Asian fonts draw box characters two columns wide; the Linux console lacks some.
  const narrow = /utf-?8/i.test(locale) && !/^(?:ja|ko|zh)/i.test(locale);
  return {
    width: stdout.columns ?? 80,
    color: wantsColor(stdout, env),
    unicode: narrow && env.TERM !== 'linux' && env.TERM !== 'dumb',
  };
}
