/**
 * One word for a POSIX shell, whatever it holds: SSH's exec request carries a single string that the user's shell
 * on the other side takes apart (RFC 4254, 6.5). POSIX.1-2017, Shell 2.2.2: nothing is special within single quotes.
 */
export function quoteWord(word: string): string {
  return /^[A-Za-z0-9_/:=.,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export function quoteCommand(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}
