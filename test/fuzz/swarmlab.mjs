// The built command line, for the programs of this folder: one process a call, nothing kept.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Runs it to its end; gives the document that it printed. Throws where it printed none, or an error. */
export async function swarmlab(...argv) {
  const child = spawn(process.execPath, [cli, ...argv, '--json', '--quiet'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise((resolve) => {
    child.once('close', resolve);
  });
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  const document = stdout === '' ? {} : JSON.parse(stdout);
  if (document.error === undefined && document.schema !== undefined) return document;
  const said = document.error?.message ?? stderr.trim();
  throw new Error(`swarmlab ${argv[0]} ended with ${status}: ${said} ${document.error?.hint ?? ''}`);
}
