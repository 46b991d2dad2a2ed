import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { runStepsSilently } from '../../src/core/steps.ts';
import type { LabContext } from '../../src/lab.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** The built command line with a state home of its own; disposing takes its labs down. */
export interface Swarmlab extends AsyncDisposable {
  home: string;
  /** The lab's name where none is given: of this test only, so that its cgroups can be told from other labs'. */
  lab: string;
  run(...argv: readonly string[]): Promise<Ended>;
  /** Runs it and parses its one document; throws with stderr when the exit status is not the wanted one. */
  json<T>(wantedStatus: number, ...argv: readonly string[]): Promise<T>;
  start(...argv: readonly string[]): { child: ChildProcess; ended: Promise<Ended> };
  /** For calls into the code, on the lab of that name. */
  context(lab: string): LabContext;
}

/** `folder` begins the name of the state home. */
export async function createSwarmlab(folder = 'swarmlab-test-'): Promise<Swarmlab> {
  const home = await mkdtemp(join(tmpdir(), folder));
  const lab = `test-${randomBytes(3).toString('hex')}`;
  await writeFile(join(home, 'swarmlab.yaml'), `version: 1\nlab: ${lab}\n`);
  const env = { ...process.env, SWARMLAB_HOME: home, NO_COLOR: '1' };
  const start = (...argv: readonly string[]) => {
    const child = spawn(process.execPath, [cli, ...argv], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
        child.once('close', (status, signal) => resolve([status, signal]));
      }),
    ]).then(([stdout, stderr, [status, signal]]) => ({ status, signal, stdout, stderr }));
    return { child, ended };
  };
  const run = (...argv: readonly string[]) => start(...argv).ended;
  return {
    home,
    lab,
    run,
    start,
    async json<T>(wantedStatus: number, ...argv: readonly string[]) {
      const { status, stdout, stderr } = await run(...argv, '--json');
      if (status === wantedStatus) return JSON.parse(stdout) as T;
      throw new Error(`swarmlab ${argv.join(' ')} ended with ${status}, not ${wantedStatus}\n${stdout}\n${stderr}`);
    },
    context(lab) {
      const { signal } = new AbortController();
      setMaxListeners(0, signal);
      return { stateHome: home, lab, signal, runSteps: runStepsSilently, note: () => undefined };
    },
    async [Symbol.asyncDispose]() {
      const { status, stdout, stderr } = await run('down', '--all');
      if (status !== 0) throw new Error(`swarmlab down --all ended with ${status}\n${stdout}\n${stderr}`);
      await rm(home, { recursive: true, force: true });
    },
  };
}
