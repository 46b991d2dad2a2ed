import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteCommand } from '../../src/core/quote.ts';

describe('a quoted command', () => {
  it.each([
    [['docker', 'ps', '-a'], 'docker ps -a'],
    [['echo', ''], "echo ''"],
    [['echo', "it's"], "echo 'it'\\''s'"],
    [['echo', '$(reboot)', '`x`', 'a b', '*', '~'], "echo '$(reboot)' '`x`' 'a b' '*' '~'"],
  ])('%j is %s', (argv, quoted) => {
    expect(quoteCommand(argv)).toBe(quoted);
  });

  it('comes out of a real shell word for word, whatever is in it', () => {
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        const command = quoteCommand(['printf', '%s\\0', ...words]);
        const seen = execFileSync('sh', ['-c', command], { encoding: 'utf8' });
        expect(seen).toBe(words.length === 0 ? '\0' : words.map((each) => `${each}\0`).join(''));
      }),
      { numRuns: 60 },
    );
  });
});
