/**
 * An end that was foreseen: the message says what is wrong and what to do, `exitCode` follows the tool's own
 * exit codes (2 wrong input, 3 could not be done, 130 interrupted).
 */
export class Stop extends Error {
  constructor(message, exitCode = 3) {
    super(message);
    this.name = 'Stop';
    this.exitCode = exitCode;
  }
}

/** Writes one line for the person at the terminal. Standard output stays free for results. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs `main` and turns what it returns or throws into the exit status. */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    say(error instanceof Stop ? error.message : String(error?.stack ?? error));
    process.exitCode = error instanceof Stop ? error.exitCode : 3;
  }
}
