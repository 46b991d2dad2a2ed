#!/usr/bin/env node
import { homedir } from 'node:os';
import process from 'node:process';
import { main } from './cli/main.ts';
import { renderError } from './cli/render-error.ts';
import { exitStatus, LabError } from './core/errors.ts';

const controller = new AbortController();
const repeatedWithinMs = 1_000;
let interruptedAt = 0;

function leave(status: number): never {
  process.exit(status);
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // One Ctrl-C may come several times: from the terminal, and from npm, which passes it on. A later one means: now.
    if (controller.signal.aborted && performance.now() - interruptedAt > repeatedWithinMs)
      leave(exitStatus.interrupted);
    if (controller.signal.aborted) return;
    interruptedAt = performance.now();
    controller.abort(
      new LabError({
        code: 'interrupted',
        message: `interrupted (${name})`,
        hint: '"swarmlab up" continues what was begun, "swarmlab down" clears it; "swarmlab run --undo" clears experiments alone',
        exitStatus: exitStatus.interrupted,
      }),
    );
  });
}

// Whoever read our output has had enough (`| head`): what is left to do is done without a word.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') leave(exitStatus.couldNotBeDone);
  });
}

// Node's own way out has exit status 1, which would say that something was measured.
for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(name, (error: unknown) => {
    // What breaks because connections end with an interruption is no fault; the way back goes on, and is bounded.
    if (controller.signal.aborted) return;
    process.stderr.write(renderError(error, process.argv.includes('--debug')));
    leave(exitStatus.couldNotBeDone);
  });
}

/** Throws where the folder that the shell stands in was removed: no path can be resolved then (getcwd(3), ENOENT). */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    const message = 'the folder that you are in is not there any more';
    throw new LabError({ code: 'usage.no-folder', message, hint: 'go to another one: cd ~', cause });
  }
}

leave(
  await main(
    process.argv.slice(2),
    {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      platform: process.platform,
      homedir: homedir(),
      cwd: currentFolder(),
    },
    controller.signal,
  ),
);
