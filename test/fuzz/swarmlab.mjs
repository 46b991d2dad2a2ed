// The built command line, for the programs of this folder: one process a call, nothing kept.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The tool with the labs of that state home; null: the labs of whoever types. */
export function createTool(home) {
  const env = home === null ? process.env : { ...process.env, SWARMLAB_HOME: home };
  return (...argv) => swarmlab(env, argv);
}

/** Runs it to its end; gives the document that it printed. Throws where it printed none, or an error. */
async function swarmlab(env, argv) {
  const options = { env, stdio: ['ignore', 'pipe', 'pipe'] };
  const child = spawn(process.execPath, [cli, ...argv, '--json', '--quiet'], options);
  const closed = new Promise((resolve) => {
    child.once('close', resolve);
  });
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  const document = stdout === '' ? {} : JSON.parse(stdout);
  if (document.error === undefined && document.schema !== undefined) return document;
  const said = document.error?.message ?? stderr.trim();
  throw new Error(`swarmlab ${argv[0]} ended with ${status}: ${said} ${document.error?.hint ?? ''}`);
}
