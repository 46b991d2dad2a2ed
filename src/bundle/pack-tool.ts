import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../core/errors.ts';
import type { RunProgram } from '../core/program/run-program.ts';

/** npm reads and compresses some thousand files. */
const packTimeoutMs = 10 * 60_000;

export interface PackOptions {
  /** Where the tarball goes; empty before. */
  target: string;
  run: RunProgram;
  signal: AbortSignal;
}

/** The tool itself as it is installed, dependencies included (npm-pack(1) with bundleDependencies). */
export async function packTool(options: PackOptions): Promise<{ path: string; name: string; bytes: number }> {
  const { target, run, signal } = options;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const args = ['pack', root, '--pack-destination', target, '--ignore-scripts', '--offline', '--silent'];
  const npm = await findNpm();
  const result = await (npm === null
    ? run('npm', args, { signal, timeoutMs: packTimeoutMs, cwd: target })
    : run(process.execPath, [npm, ...args], { signal, timeoutMs: packTimeoutMs, cwd: target }));
  if (result.kind === 'missing') throw failed('npm was not found', 'install npm, which comes with Node.js');
  const [name] = (await readdir(target)).filter((each) => each.endsWith('.tgz'));
  if (result.exitStatus !== 0 || name === undefined) {
    const said = result.stderr.toString().trim().split('\n').slice(-4).join('\n');
    throw failed(`npm pack ended with ${result.exitStatus}: ${said}`, `try it: npm pack ${root}`);
  }
  const file = path.join(target, name);
  return { path: file, name, bytes: (await stat(file)).size };
}

/** The version of the tool. */
export async function toolVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * npm's own script beside this Node, as its installers put it on Windows and elsewhere: `npm.cmd` cannot be started
 * without a shell. Null where it is not there; Linux distributions keep it at places of their own.
 */
async function findNpm(): Promise<string | null> {
  const folder = path.dirname(process.execPath);
  for (const modules of [path.join(folder, 'node_modules'), path.join(folder, '..', 'lib', 'node_modules')]) {
    const file = path.join(modules, 'npm', 'bin', 'npm-cli.js');
    if (await stat(file).catch(() => null)) return file;
  }
  return null;
}

function failed(message: string, hint: string): LabError {
  return new LabError({ code: 'bundle.pack', message: `the tool could not be packed: ${message}`, hint });
}
